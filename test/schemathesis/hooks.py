"""What schemathesis can't know of a description by itself."""

import schemathesis
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance


@schemathesis.serializer("application/x-ndjson", "text/csv")
def as_text(ctx, value):
    return value if isinstance(value, (str, bytes)) else str(value)


def is_described(case):
    """What stands in a form's field, a line or a table no schema tells, nor how a tensor's data go with its shape."""
    is_tensor = case.operation.path.endswith(("/infer", "/repository/index"))
    return case.media_type in (None, "application/json") and not is_tensor


@schemathesis.check
def described_json_is_accepted(ctx, response, case):
    return positive_data_acceptance(ctx, response, case) if is_described(case) else None


@schemathesis.check
def other_json_is_rejected(ctx, response, case):
    return negative_data_rejection(ctx, response, case) if is_described(case) else None
