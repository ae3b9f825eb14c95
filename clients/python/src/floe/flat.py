"""Encodes values of the types without parts into the buffers of a wire column, a whole column at a time.

Every type has values that are *plain*: of the Python types that stand for it, known to pack without a look at each.
Others are *coerced* first, one by one. A value that does neither is a fault of its slot, which is left blank.
"""

from __future__ import annotations

import math
import operator
import re
import sys
from array import array
from datetime import date, datetime, time, timedelta, timezone
from decimal import Context, Decimal, Inexact, InvalidOperation
from itertools import accumulate, repeat
from typing import Any, Callable, Dict, FrozenSet, List, Optional, Sequence
from uuid import UUID

from floe.buffers import bits, few_texts, little, pack_texts
from floe.schema import DecimalOf, Primitive, Type
from floe.v1 import common_pb2 as pb

_LONG_DECIMAL_PRECISION_MAX = 18
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FLOAT32_MAX = 3.4028235677973366e38  # what is greater rounds to infinity
_BELOW_MICROS = re.compile(r"[.,]\d{6}\d*[1-9]")  # which Python's parser leaves out
_EXACT = Context(prec=80, traps=[Inexact, InvalidOperation])


class BadValue(Exception):
    """Why a value does not fit its column."""

    def __init__(self, code: str, reason: str, hint: str = "", path: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.hint = hint
        self.path = path

    def within(self, outer: str) -> "BadValue":
        """The same, seen from one level further out."""
        inner = self.path if not self.path or self.path.startswith("[") else "." + self.path
        return BadValue(self.code, self.reason, self.hint, outer + inner)


Faults = Dict[int, BadValue]


def shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def a_type(value: Any) -> str:
    """The name of a value's type, with its article."""
    name = type(value).__name__
    return ("an " if name[:1].lower() in "aeio" else "a ") + name


class Flat:
    """How one type is packed.

    ``plain`` are the Python types that pack as they are, ``blank`` fills the slots of absent values, ``coerce`` turns
    another value into a plain one or raises BadValue, ``pack`` fills the buffers from plain values, ``formats`` are
    the buffer formats taken as they are, each with its physical type. ``quick`` packs values of a common shape without
    a look at their types, or says that they have another shape.
    """

    def __init__(
        self,
        plain: FrozenSet[type],
        blank: Any,
        coerce: Callable[[Any], Any],
        pack: Callable[[pb.Column, List[Any]], None],
        formats: Optional[Dict[str, int]] = None,
        quick: Optional[Callable[[pb.Column, Sequence[Any]], bool]] = None,
    ) -> None:
        self.quick = quick
        self.plain = plain
        self.blank = blank
        self.coerce = coerce
        self.pack = pack
        self.formats = formats or {}

    def encode(self, out: pb.Column, values: Sequence[Any], faults: Faults) -> None:
        if not isinstance(values, (list, tuple)):
            view = _view(values)
            if view is not None and self._copy(out, view):
                return
            values = list(values)
        if self.quick is not None and self.quick(out, values):
            return
        kinds = set(map(type, values))
        if type(None) in kinds:
            kinds.discard(type(None))
            out.validity = bits([value is not None for value in values])
            blank = self.blank
            values = [blank if value is None else value for value in values]
        try:
            self.pack(out, values if kinds <= self.plain else self._plain(values))
        except (BadValue, ArithmeticError, ValueError, TypeError):  # one of them does not fit: find out which
            self.pack(out, self._fitting(values, faults))

    def _plain(self, values: Sequence[Any]) -> List[Any]:
        plain, coerce = self.plain, self.coerce
        return [value if type(value) in plain else coerce(value) for value in values]

    def _fitting(self, values: Sequence[Any], faults: Faults) -> List[Any]:
        fitting = list(values)
        blank = self.blank
        scratch = pb.Column()
        for slot, value in enumerate(values):
            if value is blank:
                continue
            try:
                plain = value if type(value) in self.plain else self.coerce(value)
                self.pack(scratch, [plain])
                fitting[slot] = plain
            except BadValue as e:
                faults[slot] = e
            except UnicodeEncodeError:
                faults[slot] = BadValue("INVALID_UTF8", "the text holds a lone surrogate", "decode it as UTF-8 first")
            except Inexact:
                faults[slot] = BadValue("VALUE_OUT_OF_RANGE", f"{shown(value)} has more digits after the point")
            except (ArithmeticError, ValueError, TypeError):
                faults[slot] = self._misfit(value)
            if slot in faults:
                fitting[slot] = blank
        return fitting

    def _misfit(self, value: Any) -> BadValue:
        """Why a value did not pack: what coercing it says, where that says anything."""
        try:
            self.coerce(value)
        except BadValue as e:
            return e
        except (ArithmeticError, ValueError, TypeError):
            pass
        return BadValue("VALUE_OUT_OF_RANGE", f"{shown(value)} does not fit")

    def _copy(self, out: pb.Column, view: memoryview) -> bool:
        """Takes a buffer over as it is, where its format is one of the type's."""
        physical = self.formats.get(f"{_FORMATS.get(view.format, view.format)}{view.itemsize}")
        if physical is None:
            return False
        if physical == pb.BITS:
            out.values = bits(view.cast("B"))
        elif sys.byteorder == "little" or view.itemsize == 1:
            out.values = view.tobytes()
        else:
            out.values = little(array(view.format, view))
        out.physical_type = physical
        return True


_FORMATS = {"q": "i", "l": "i", "i": "i", "d": "f", "f": "f", "?": "?"}


def _view(values: Any) -> Optional[memoryview]:
    if isinstance(values, (str, bytes, bytearray)):
        raise BadValue("WRONG_TYPE", f"{a_type(values)} is one value, not a column of values")
    try:
        view = memoryview(values)
    except (TypeError, ValueError, BufferError):
        return None
    return view if view.ndim == 1 and view.c_contiguous else None


def _wrong(value: Any, wanted: str, hint: str = "") -> BadValue:
    return BadValue("WRONG_TYPE", f"{shown(value)} is {a_type(value)}, not {wanted}", hint)


def _array(typecode: str, physical: int) -> Callable[[pb.Column, List[Any]], None]:
    def pack(out: pb.Column, values: List[Any]) -> None:
        out.values = little(array(typecode, values))
        out.physical_type = physical

    return pack


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise _wrong(value, "an integer")
    try:
        return operator.index(value)  # takes numpy's integers too
    except TypeError:
        raise _wrong(value, "an integer") from None


def _floating(value: Any) -> float:
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Decimal) or hasattr(value, "dtype"):
        exact = float(value)
    else:
        exact = float(_integer(value))
        if int(exact) != value:
            raise BadValue("VALUE_OUT_OF_RANGE", f"{shown(value)} is no exact floating-point number")
    return exact


def _single(value: Any) -> float:
    exact = _floating(value)
    if isinstance(value, int) and array("f", [exact])[0] != value:
        raise BadValue("VALUE_OUT_OF_RANGE", f"{shown(value)} is no exact floating-point number of 32 bits")
    return exact


def _pack_float(out: pb.Column, values: List[Any]) -> None:
    packed = array("f", values)
    if any(map(math.isinf, packed)) and any(not math.isinf(v) and abs(v) >= _FLOAT32_MAX for v in values):
        raise OverflowError
    out.values = little(packed)
    out.physical_type = pb.FLOAT32


def _boolean(value: Any) -> bool:
    if type(value).__name__ in ("bool_", "bool"):  # numpy's
        return bool(value)
    raise _wrong(value, "a boolean")


def _pack_bits(out: pb.Column, values: List[Any]) -> None:
    out.values = bits(values)
    out.physical_type = pb.BITS


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    raise _wrong(value, "a str")


def _binary(value: Any) -> bytes:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value)
    raise _wrong(value, "bytes")


def _pack_binary(out: pb.Column, values: List[bytes]) -> None:
    out.offsets = little(array("i", list(accumulate(map(len, values), initial=0))))
    out.values = b"".join(values)
    out.physical_type = pb.BYTES


def _uuid(value: Any) -> UUID:
    if isinstance(value, str):
        try:
            return UUID(value)
        except ValueError:
            raise BadValue("WRONG_TYPE", f"{shown(value)} is no UUID") from None
    if isinstance(value, bytes) and len(value) == 16:
        return UUID(bytes=value)
    raise _wrong(value, "a UUID")


def _pack_uuid(out: pb.Column, values: List[UUID]) -> None:
    out.values = b"".join([value.bytes for value in values])
    out.physical_type = pb.FIXED
    out.width = 16


def _iso(cls: Any) -> Callable[[Any], Any]:
    def coerce(value: Any) -> Any:
        if isinstance(value, str):
            if _BELOW_MICROS.search(value):
                raise BadValue("VALUE_OUT_OF_RANGE", f"{shown(value)} has parts of a microsecond", "round it first")
            try:
                return cls.fromisoformat(value[:-1] + "+00:00" if value.endswith("Z") else value)
            except ValueError:
                reason = f"{shown(value)} is no ISO 8601 {cls.__name__}"
                raise BadValue("WRONG_TYPE", reason) from None
        if isinstance(value, cls) and (cls is not date or not isinstance(value, datetime)):
            return value
        raise _wrong(value, f"a {cls.__name__}", "pass array('q') for numbers of microseconds, array('i') for days")

    return coerce


def _pack_date(out: pb.Column, values: List[date]) -> None:
    out.values = little(array("i", [day - _EPOCH_DAY for day in map(date.toordinal, values)]))
    out.physical_type = pb.INT32


def _pack_time(out: pb.Column, values: List[time]) -> None:
    if any([value.tzinfo is not None for value in values]):
        raise ValueError
    micros = [((v.hour * 60 + v.minute) * 60 + v.second) * 1_000_000 + v.microsecond for v in values]
    out.values = little(array("q", micros))
    out.physical_type = pb.INT64


def _pack_timestamps(epoch: datetime) -> Callable[[pb.Column, List[Any]], None]:
    def pack(out: pb.Column, values: List[datetime]) -> None:
        out.values = little(array("q", _same_day(values, epoch) or _any_day(values, epoch)))
        out.physical_type = pb.INT64

    return pack


def _same_day(values: List[datetime], epoch: datetime) -> List[int]:
    """Microseconds since the epoch where all values are of one day, as those of a batch mostly are; else empty."""
    if not values:
        return []
    days = timedelta(days=(values[0] - epoch).days)
    try:
        past = map(operator.sub, values, repeat(epoch + days))
    except OverflowError:  # at the ends of time, in another zone
        return []
    before = days.days * 86_400_000_000
    micros = [p.seconds * 1_000_000 + p.microseconds + before for p in past if not p.days]
    return micros if len(micros) == len(values) else []


def _any_day(values: List[datetime], epoch: datetime) -> List[int]:
    # a time with a zone minus one without is a TypeError, and the other way round
    past: List[timedelta] = [value - epoch for value in values]
    return [(d.days * 86_400 + d.seconds) * 1_000_000 + d.microseconds for d in past]


def _tz(cls: Any, zoned: bool) -> Callable[[Any], Any]:
    parse = _iso(cls)

    def coerce(value: Any) -> Any:
        parsed = parse(value)
        if (parsed.tzinfo is not None) != zoned:
            wanted = "give it one, as in datetime.now(timezone.utc)" if zoned else "leave it out, or use timestamptz"
            has = "has no time zone" if zoned else "has a time zone"
            raise BadValue("WRONG_TYPE", f"{shown(value)} {has}", wanted)
        return parsed

    return coerce


def _decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise _wrong(value, "a Decimal", "pass Decimal or str: a float is not exact")
    try:
        return Decimal(value)
    except InvalidOperation:
        raise BadValue("WRONG_TYPE", f"{shown(value)} is no decimal number") from None


def _decimals(type_: DecimalOf) -> Flat:
    limit = 10**type_.precision
    unit = Decimal(1).scaleb(-type_.scale)

    def unscaled(value: Decimal) -> int:
        # quantize refuses NaN and infinities by InvalidOperation, and what it would have to round by Inexact
        if not value.is_finite() or value.adjusted() >= type_.precision - type_.scale and value:
            raise OverflowError
        whole = int(value.quantize(unit, context=_EXACT).scaleb(type_.scale, context=_EXACT))
        if not -limit < whole < limit:
            raise OverflowError
        return whole

    def pack(out: pb.Column, values: List[Decimal]) -> None:
        wholes = [unscaled(value) for value in values]
        if type_.precision <= _LONG_DECIMAL_PRECISION_MAX:
            out.values = little(array("q", wholes))
            out.physical_type = pb.INT64
            return
        out.values = b"".join([whole.to_bytes(16, "big", signed=True) for whole in wholes])
        out.physical_type = pb.FIXED
        out.width = 16

    formats = {"i8": pb.INT64} if type_.precision <= _LONG_DECIMAL_PRECISION_MAX else {}
    return Flat(frozenset([Decimal]), Decimal(0), _decimal, pack, formats)


_MICROS = {"i8": pb.INT64}
_FLATS = {
    "boolean": Flat(frozenset([bool]), False, _boolean, _pack_bits, {"?1": pb.BITS}),
    "int": Flat(frozenset([int]), 0, _integer, _array("i", pb.INT32), {"i4": pb.INT32}),
    "long": Flat(frozenset([int]), 0, _integer, _array("q", pb.INT64), {"i4": pb.INT32, "i8": pb.INT64}),
    "float": Flat(frozenset([float]), 0.0, _single, _pack_float, {"f4": pb.FLOAT32}),
    "double": Flat(
        frozenset([float]), 0.0, _floating, _array("d", pb.FLOAT64), {"f4": pb.FLOAT32, "f8": pb.FLOAT64}
    ),
    "string": Flat(frozenset([str]), "", _text, pack_texts, quick=few_texts),
    "binary": Flat(frozenset([bytes]), b"", _binary, _pack_binary),
    "uuid": Flat(frozenset([UUID]), UUID(int=0), _uuid, _pack_uuid),
    "date": Flat(frozenset([date]), date(1970, 1, 1), _iso(date), _pack_date, {"i4": pb.INT32}),
    "time": Flat(frozenset([time]), time(), _tz(time, False), _pack_time, _MICROS),
    "timestamp": Flat(frozenset([datetime]), _EPOCH, _tz(datetime, False), _pack_timestamps(_EPOCH), _MICROS),
    "timestamptz": Flat(frozenset([datetime]), _EPOCH_UTC, _tz(datetime, True), _pack_timestamps(_EPOCH_UTC), _MICROS),
}


def flat(type_: Type) -> Optional[Flat]:
    """How a type without parts is packed; None for list, map and struct."""
    if isinstance(type_, Primitive):
        return _FLATS[type_.name]
    return _decimals(type_) if isinstance(type_, DecimalOf) else None
