"""Models served by the Open Inference Protocol: Starlette and uvicorn around one thread."""
