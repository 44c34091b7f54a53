"""How bodies that are neither JSON nor a form are sent: as they are."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream", "message/rfc822")
def as_it_is(_context, value):
    data = getattr(value, "data", value)
    return data if isinstance(data, bytes) else str(data).encode()
