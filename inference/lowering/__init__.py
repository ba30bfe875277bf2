"""General graphs as MAX graphs: every operator of ``inference.graph`` in MAX's own operators."""
