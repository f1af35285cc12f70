import json
import os
import subprocess

import boto3
import pytest
from botocore.exceptions import ClientError

COMMAND = json.loads(os.environ["STS_MOCK_COMMAND"])  # npx @org/sts-mock


@pytest.fixture(scope="session")
def settings():
    command = [*COMMAND, "--port", "0", "--format", "json", "--log", "none"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())
        process.terminate()


@pytest.fixture(autouse=True)
def nothing_leaves_the_machine(monkeypatch):
    """A proxy that is not there, and no exception but this machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def sts(settings):
    # boto3 1.28 reads AWS_ENDPOINT_URL_STS; an older one asks the real STS unless it is told here.
    return boto3.client(
        "sts",
        endpoint_url=settings["AWS_ENDPOINT_URL_STS"],
        region_name=settings["AWS_DEFAULT_REGION"],
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
    )


def test_the_caller_is_the_demo_user(sts):
    assert sts.get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:user/demo"


def test_an_unknown_role_is_refused(sts):
    with pytest.raises(ClientError, match="AccessDenied"):
        sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/none", RoleSessionName="test")
