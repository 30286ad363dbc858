def test_x(client_for, db_session, actor):
    from tests.factories import Walk
    from tests.conftest import NOW
    w = Walk(actor, NOW); c = w.dispatched(); db_session.commit()
    b = client_for("clerk")
    a = b.get(f"/cases/{c.id}")
    assert a.status_code == 200
    a = b.post(f"/cases/{c.id}/cancel", data={})
    print(a.status_code)
    a = b.post(f"/cases/{c.id}/cancel", data={}, csrf=False)
    print(a.status_code)
