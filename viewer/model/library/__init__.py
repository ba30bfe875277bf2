"""A library as a Parquet data set: a row a clip and a row a window; docs/library.md has its schema.

Its modules load without pyarrow, fsspec, Dask and USearch, which come with the extra ``cluster``.
"""
