"""The track under the stage, with its lanes."""
