"""What is decided about requests that are due."""
