"""A library as a Parquet data set, a row a clip and a row a window (docs/reference/library.md).

Its modules load without pyarrow, fsspec, Dask and USearch, which come with the extra ``cluster``.
"""
