"""The contract as others see it: one document, real messages that follow it, and what no release may take back."""
