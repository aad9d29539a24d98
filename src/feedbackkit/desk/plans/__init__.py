"""What is planned or asked: kept, made what a playbook says, and followed when something comes back."""
