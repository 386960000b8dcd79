"""Reads messages (one a line, hex) and says what dnspython understands: a line of fields for each, or "error"."""

import sys

import dns.exception
import dns.message
import dns.rdatatype

# MD, MF, MB, MG, MR, MINFO, SIG, NXT: dnspython takes their data as opaque and does not expand the names in it.
OPAQUE = {3, 4, 7, 8, 9, 14, 24, 30}


def describe(wire):
    message = dns.message.from_wire(
        wire, one_rr_per_rrset=True, raise_on_truncation=False, ignore_trailing=False
    )
    fields = [str(message.id), str(int(message.flags))]
    for question in message.question:
        fields.append(f"q {question.name.to_wire().hex()} {int(question.rdtype)} {int(question.rdclass)}")
    for number, section in enumerate((message.answer, message.authority, message.additional)):
        for rrset in section:
            for rdata in rrset:
                data = "-" if int(rrset.rdtype) in OPAQUE else rdata.to_wire().hex()
                fields.append(
                    f"{number} {rrset.name.to_wire().hex()} {int(rrset.rdtype)} {int(rrset.rdclass)}"
                    f" {rrset.ttl} {data}"
                )
    if message.opt is not None:
        fields.append(f"opt {message.payload} {message.ednsflags}")
    return ";".join(fields)


for line in sys.stdin:
    try:
        print(describe(bytes.fromhex(line.strip())))
    except Exception as e:  # whatever it raises, it does not understand the message
        print("error", type(e).__name__, str(e).replace("\n", " "))
