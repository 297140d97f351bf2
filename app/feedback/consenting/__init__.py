"""What customers agree to before they answer, and how they take it back."""
