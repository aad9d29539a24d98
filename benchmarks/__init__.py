"""What feedbackkit costs, measured beside the hand-written limit and beside its peers."""
