"""The keys of a branch: where each is kept, and how the card key is changed."""
