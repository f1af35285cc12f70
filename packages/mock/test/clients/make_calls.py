"""Makes the calls that come as lines of JSON on standard input, and answers with one line each."""
import json
import sys

import boto3
import botocore
from botocore.client import Config
from botocore.exceptions import ClientError


def client(endpoint, keys):
    return boto3.client(
        "sts",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys.get("sessionToken"),
        config=Config(retries={"total_max_attempts": 1}),
    )


def answer(line):
    request = json.loads(line)
    if request.get("list"):
        names = boto3.client("sts", region_name="us-east-1").meta.service_model.operation_names
        return {"operations": sorted(names)}
    sts = client(request["endpoint"], request["keys"])
    method = getattr(sts, botocore.xform_name(request["operation"]))
    try:
        method(**request["input"])
        return {"outcome": "ok"}
    except ClientError as error:
        return {"outcome": error.response["Error"]["Code"]}
    except Exception as error:
        return {"outcome": type(error).__name__ + ": " + str(error)}


for line in sys.stdin:
    print(json.dumps(answer(line)), flush=True)
