"""Who is who, and what people want."""
