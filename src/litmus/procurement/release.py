"""The few fields of an OCDS compiled release that Cardinal's eleven indicators read, decoded without the rest.

``decode`` is quick and strict. Where it refuses a line that is JSON but has a field of another type, ``tolerant`` reads the
line again, leaves that field out and says which: the same as being absent, but counted.
"""

from collections import Counter
from typing import Any

import msgspec
import orjson

COUNT_LIMIT = 2**53


class Ref(msgspec.Struct, gc=False):
    """A reference to an organisation."""

    id: str | None = None


class Value(msgspec.Struct, gc=False):
    """An amount as printed, and its currency."""

    amount: float | None = None
    currency: str | None = None


class Bid(msgspec.Struct, gc=False):
    """One bid."""

    status: str | None = None
    date: str | None = None
    value: Value | None = None
    tenderers: list[Ref] | None = None


class Bids(msgspec.Struct, gc=False):
    """The bids; an absent list is not an empty one."""

    details: list[Bid] | None = None


class Code(msgspec.Struct, gc=False):
    """A classification."""

    id: str | None = None


class Item(msgspec.Struct, gc=False):
    """An item."""

    classification: Code | None = None


class Award(msgspec.Struct, gc=False):
    """One award."""

    status: str | None = None
    suppliers: list[Ref] | None = None
    items: list[Item] | None = None


class Period(msgspec.Struct, gc=False):
    """A period, as printed."""

    startDate: str | None = None  # noqa: N815 - the field's name in the standard
    endDate: str | None = None  # noqa: N815


class Tender(msgspec.Struct, gc=False):
    """The call."""

    status: str | None = None
    procurementMethod: str | None = None  # noqa: N815
    procurementMethodDetails: str | None = None  # noqa: N815
    tenderPeriod: Period | None = None  # noqa: N815
    numberOfTenderers: int | float | None = None  # noqa: N815
    procuringEntity: Ref | None = None  # noqa: N815


class Release(msgspec.Struct, gc=False):
    """A compiled release."""

    ocid: str | None = None
    buyer: Ref | None = None
    tender: Tender | None = None
    bids: Bids | None = None
    awards: list[Award] | None = None


decode = msgspec.json.Decoder(Release).decode
decode_lines = msgspec.json.Decoder(Release).decode_lines


def tolerant(line: bytes, wrong: Counter[str]) -> Release:
    """The release of a line whose types differ from the standard's; what was left out is counted in ``wrong`` by path.

    Raises ValueError when the line is not one JSON object.
    """
    data = orjson.loads(line)
    if not isinstance(data, dict):
        msg = f"expected a JSON object, found {type(data).__name__}"
        raise ValueError(msg)
    return Release(
        ocid=_text(data, "ocid", "", wrong),
        buyer=_ref(data, "buyer", "", wrong),
        tender=_tender(_object(data, "tender", "", wrong), wrong),
        bids=_bids(_object(data, "bids", "", wrong), wrong),
        awards=_list(data, "awards", "", wrong, _award),
    )


def _get(data: dict[str, Any], key: str, path: str, wrong: Counter[str], kind: type | tuple[type, ...]) -> Any:
    found = data.get(key)
    if found is None:
        return None
    if isinstance(found, kind) and not isinstance(found, bool):
        return found
    wrong[f"{path}{key}"] += 1
    return None


def _text(data: dict[str, Any], key: str, path: str, wrong: Counter[str]) -> str | None:
    found: str | None = _get(data, key, path, wrong, str)
    return found


def _object(data: dict[str, Any], key: str, path: str, wrong: Counter[str]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = _get(data, key, path, wrong, dict)
    return found


def _list(data: dict[str, Any], key: str, path: str, wrong: Counter[str], make: Any) -> list[Any] | None:
    """A list with one entry made of each element: an element of another type is an entry without content."""
    found = _get(data, key, path, wrong, list)
    if found is None:
        return None
    out = []
    for one in found:
        if not isinstance(one, dict):
            wrong[f"{path}{key}/"] += 1
        out.append(make(one if isinstance(one, dict) else {}, f"{path}{key}/", wrong))
    return out


def _make_ref(data: dict[str, Any], path: str, wrong: Counter[str]) -> Ref:
    return Ref(_text(data, "id", path, wrong))


def _ref(data: dict[str, Any], key: str, path: str, wrong: Counter[str]) -> Ref | None:
    found = _object(data, key, path, wrong)
    return None if found is None else _make_ref(found, f"{path}{key}/", wrong)


def _tender(data: dict[str, Any] | None, wrong: Counter[str]) -> Tender | None:
    if data is None:
        return None
    period = _object(data, "tenderPeriod", "tender/", wrong)
    count = _get(data, "numberOfTenderers", "tender/", wrong, (int, float))
    if isinstance(count, int) and not 0 <= count < COUNT_LIMIT:
        wrong["tender/numberOfTenderers"] += 1
        count = None
    where = "tender/tenderPeriod/"
    return Tender(
        status=_text(data, "status", "tender/", wrong),
        procurementMethod=_text(data, "procurementMethod", "tender/", wrong),
        procurementMethodDetails=_text(data, "procurementMethodDetails", "tender/", wrong),
        tenderPeriod=None if period is None else Period(*(_text(period, k, where, wrong) for k in ("startDate", "endDate"))),
        numberOfTenderers=count,
        procuringEntity=_ref(data, "procuringEntity", "tender/", wrong),
    )


def _value(data: dict[str, Any], path: str, wrong: Counter[str]) -> Value:
    return Value(_get(data, "amount", path, wrong, (int, float)), _text(data, "currency", path, wrong))


def _make_bid(data: dict[str, Any], path: str, wrong: Counter[str]) -> Bid:
    value = _object(data, "value", path, wrong)
    return Bid(
        status=_text(data, "status", path, wrong),
        date=_text(data, "date", path, wrong),
        value=None if value is None else _value(value, f"{path}value/", wrong),
        tenderers=_list(data, "tenderers", path, wrong, _make_ref),
    )


def _bids(data: dict[str, Any] | None, wrong: Counter[str]) -> Bids | None:
    return None if data is None else Bids(_list(data, "details", "bids/", wrong, _make_bid))


def _make_item(data: dict[str, Any], path: str, wrong: Counter[str]) -> Item:
    found = _object(data, "classification", path, wrong)
    return Item(None if found is None else Code(_text(found, "id", f"{path}classification/", wrong)))


def _award(data: dict[str, Any], path: str, wrong: Counter[str]) -> Award:
    return Award(
        status=_text(data, "status", path, wrong),
        suppliers=_list(data, "suppliers", path, wrong, _make_ref),
        items=_list(data, "items", path, wrong, _make_item),
    )
