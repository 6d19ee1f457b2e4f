"""`make crash`: receive and publish are killed at any moment, and nothing is lost, doubled, or seen by half."""
