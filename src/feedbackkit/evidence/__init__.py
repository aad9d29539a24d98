"""What it is worth: sources weighed, and the dossier that shows them."""
