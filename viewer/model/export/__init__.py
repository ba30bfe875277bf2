"""What is taken away of a clip or a session: as motion, as pictures, in a process of its own."""
