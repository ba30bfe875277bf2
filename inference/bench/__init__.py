"""How fast and how right the engines are, beside ONNX Runtime and others.

Each contestant is a process of its own (``contestant``, ``server``), so that no one's threads,
memory or libraries burden another's; they take turns in short blocks (``contest``). ``rivals`` says
who they are; whoever measures may hand in more. ``validate`` compares the numbers that they give;
``start`` times fresh processes; ``memory`` measures how fast weights can be read at all; ``noise``
tells whether the machine was quiet; ``run`` does it all.
"""
