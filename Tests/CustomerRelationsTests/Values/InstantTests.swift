// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-21T08:30:00.123Z", 1_795_249_800_123),
        ("2026-11-21t08:30:00.123z", 1_795_249_800_123),
        ("2026-11-21T16:30:00.123+08:00", 1_795_249_800_123),
        ("2026-11-20T22:00:00.123-10:30", 1_795_249_800_123),
        ("2026-11-21T08:30:00-00:00", 1_795_249_800_000),
        ("2026-11-21T08:30:00.1Z", 1_795_249_800_100),
        ("2026-11-21T08:30:00.12Z", 1_795_249_800_120),
        ("2026-11-21T08:30:00.123456789Z", 1_795_249_800_123),
        ("2026-11-21T08:30:00.999999999Z", 1_795_249_800_999),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2024-02-29T23:59:59Z", 1_709_251_199_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
    func `reads RFC 3339`(_ text: String, _ milliseconds: Int64) {
        #expect(Instant(rfc3339: text)?.rawValue == milliseconds)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T08:30:00", "2026-11-21 08:30:00Z", "2026-11-21T08:30Z",
        "2026-11-21T8:30:00Z", "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z",
        "2026-11-21T08:30:60Z",
        "2016-12-31T23:59:60Z", "2026-11-21T08:30:00.Z", "2026-11-21T08:30:00.1234567890Z",
        "2026-11-21T08:30:00,5Z", "2026-11-21T08:30:00+8", "2026-11-21T08:30:00+0800",
        "2026-11-21T08:30:00+24:00", "2026-11-21T08:30:00+08:60", "2026-11-21T08:30:00ZZ",
        "2026-11-21T08:30:00Z ", " 2026-11-21T08:30:00Z", "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "0000-12-31T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "+2026-11-21T08:30:00Z", "20261121T083000Z",
    ])
    func `refuses what is not RFC 3339`(_ text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_795_249_800_123, "2026-11-21T08:30:00.123Z"),
            (.min, "0001-01-01T00:00:00.000Z"), (.max, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func `writes RFC 3339 with three decimals`(_ milliseconds: Int64, _ text: String) {
        #expect(Instant(rawValue: milliseconds).rfc3339 == text)
    }

    @Test func `reads what it writes`() {
        // A prime step through all years.
        let step = 15_485_863_000_037 / 1_000
        for value in stride(from: Instant.first.rawValue, through: Instant.last.rawValue, by: step)
        {
            let instant = Instant(rawValue: value)
            #expect(Instant(rfc3339: instant.rfc3339) == instant)
        }
    }

    @Test func `adds and subtracts milliseconds without overflow`() {
        let instant = Instant(rawValue: 5)
        #expect(instant.adding(milliseconds: Instant.millisecondsPerHour).rawValue == 3_600_005)
        #expect(instant.adding(milliseconds: .max).rawValue == .max)
        #expect(Instant(rawValue: -5).adding(milliseconds: .min).rawValue == .min)
        #expect(instant.milliseconds(since: Instant(rawValue: 7)) == -2)
        #expect(instant.milliseconds(since: Instant(rawValue: .min)) == .max)
        #expect(Instant(rawValue: -5).milliseconds(since: Instant(rawValue: .max)) == .min)
    }
}
