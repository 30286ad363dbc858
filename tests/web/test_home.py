"""工作台."""
import pytest
from tests.sql import counted

@pytest.mark.parametrize("login",["clerk","mayor","zhifa","zhifa_lead","anjian","grid09","village206","jiwei","viewer","admin","police","member"])
def test_x(client_for, login):
    b=client_for(login)
    b.get("/")
    with counted() as f:
        a=b.get("/")
    print(login,a.status_code,len(f))
    assert a.status_code==200
