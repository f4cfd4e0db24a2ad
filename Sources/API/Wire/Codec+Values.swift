// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON

extension Codec {
    /// The identifier of a record.
    package static func id<Record>() -> Codec<ID<Record>> where Value == ID<Record> {
        Codec<Int>.integer(1...Int(Int64.max >> 11)).converted(
            { ID<Record>(rawValue: Int64($0)) },
            back: { Int($0.rawValue) }
        )
    }

    /// The same values in another type, one for one.
    func converted<Other>(
        _ convert: @escaping @Sendable (Value) -> Other,
        back: @escaping @Sendable (Other) -> Value
    ) -> Codec<Other> {
        Codec<Other>(
            schema: schema,
            decode: { json, decoding in decode(json, &decoding).map(convert) },
            encode: { encode(back($0), &$1) }
        )
    }

    /// A value written as text of a certain form.
    static func text(
        _ keywords: [JSON.Member],
        mustBe form: String,
        read: @escaping @Sendable (String) -> Value?,
        write: @escaping @Sendable (Value, inout JSONWriter) -> Void
    ) -> Codec {
        Codec(
            schema: .scalar([JSON.Member("type", "string")] + keywords),
            decode: { json, decoding in
                guard let value = json.string.flatMap(read) else {
                    decoding.refuse("must be \(form)")
                    return nil
                }
                return value
            },
            encode: write
        )
    }
}

extension Codec<Int64> {
    /// A number that names something: an entry of the journal, a record of any kind.
    package static var number: Codec<Int64> {
        Codec<Int>.integer(1...Int(Int64.max >> 11)).converted({ Int64($0) }, back: { Int($0) })
    }
}

extension Codec<Instant> {
    /// An instant in RFC 3339; in queries, forms and imports a date as well.
    package static var instant: Codec<Instant> {
        instant(allowsDates: false)
    }

    /// An instant in RFC 3339, or a date, which means the start of that day for the service.
    package static var instantOrDay: Codec<Instant> {
        instant(allowsDates: true)
    }

    private static func instant(allowsDates: Bool) -> Codec<Instant> {
        Codec(
            schema: .scalar(
                [JSON.Member("type", "string")]
                    + (allowsDates ? [] : [JSON.Member("format", "date-time")])
            ),
            decode: { json, decoding in
                let takesDates = allowsDates || decoding.options.allowsDates
                if let text = json.string {
                    if let instant = Instant(rfc3339: text) { return instant }
                    if takesDates, let start = decoding.options.startOfDay(text) {
                        return Instant(rawValue: start)
                    }
                }
                decoding.refuse(
                    takesDates
                        ? "must be an instant with its offset, such as 2026-11-21T08:30:00+08:00, "
                            + "or a date"
                        : "must be an instant with its offset, such as "
                            + "2026-11-21T08:30:00+08:00"
                )
                return nil
            },
            encode: { instant, writer in
                writer.plainString(upTo: Instant.textCount) { instant.write(to: &$0) }
            }
        )
    }
}

extension Codec<CalendarDay> {
    /// A day of the calendar, as 2026-10-01.
    static var day: Codec<CalendarDay> {
        text(
            [JSON.Member("format", "date")],
            mustBe: "a date, such as 2026-10-01",
            read: { CalendarDay($0) },
            write: { $1.string($0.description) }
        )
    }
}

extension Codec<DayOfYear> {
    /// A day of any year, as 10-01.
    static var dayOfYear: Codec<DayOfYear> {
        text(
            [JSON.Member("pattern", "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")],
            mustBe: "a month and a day of it, such as 10-01",
            read: { DayOfYear($0) },
            write: { $1.string($0.description) }
        )
    }
}

extension Codec<TimeOfDay> {
    /// What a clock on the wall shows, from 00:00 to 24:00, the end of the day.
    static var timeOfDay: Codec<TimeOfDay> {
        text(
            [JSON.Member("pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")],
            mustBe: "a time of day, such as 09:30, at most 24:00",
            read: { TimeOfDay($0) },
            write: { $1.string($0.description) }
        )
    }
}

extension Codec<Money> {
    /// Money that is not negative, as a decimal string.
    package static var amount: Codec<Money> {
        Codec(
            schema: money.schema,
            decode: { json, decoding in
                guard let value = money.decode(json, &decoding) else { return nil }
                guard value >= .zero else {
                    decoding.refuse("must not be negative")
                    return nil
                }
                return value
            },
            encode: money.encode
        )
    }

    /// Money as a decimal string with at most two places.
    package static var money: Codec<Money> {
        text(
            [JSON.Member("pattern", #"^-?(0|[1-9][0-9]*)(\.[0-9]{1,2})?$"#)],
            mustBe: "an amount as a string with at most two decimals, such as \"29.99\", and no "
                + "further from zero than \(Money.limit)",
            read: { Money($0) },
            write: { money, writer in
                writer.plainString(upTo: Money.textLimit) { money.write(to: &$0) }
            }
        )
    }
}

extension Codec<PhoneNumber> {
    /// A phone number as people type it.
    package static var phoneNumber: Codec<PhoneNumber> {
        Codec(
            schema: .scalar([
                JSON.Member("type", "string"),
                JSON.Member("maxLength", .integer(PhoneNumber.lengthLimit)),
            ]),
            decode: { json, decoding in
                guard let text = json.string else {
                    decoding.refuse("must be a string")
                    return nil
                }
                switch PhoneNumber.parse(text) {
                case .success(let number): return number
                case .failure(let fault):
                    decoding.refuse(fault.detail)
                    return nil
                }
            },
            encode: { $1.string($0.typed) }
        )
    }
}

extension Codec<String> {
    /// An e-mail address: something, an at sign, a domain (RFC 5321, 4.5.3.1 for the length).
    package static var email: Codec<String> {
        text(
            [JSON.Member("format", "email"), JSON.Member("maxLength", .integer(254))],
            mustBe: "an e-mail address",
            read: { isEmail($0) ? $0 : nil },
            write: { $1.string($0) }
        )
    }

    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = text.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 }
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && isPlain
            && text.utf8.count <= 254 && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
    }

    /// An IANA time zone.
    package static var timeZone: Codec<String> {
        text(
            [],
            mustBe: "the IANA name of a time zone, such as Asia/Shanghai",
            read: { CivilTimeZone(name: $0) == nil ? nil : $0 },
            write: { $1.string($0) }
        )
    }

    /// A language by its code (ISO 639).
    static var language: Codec<String> {
        text(
            [JSON.Member("pattern", "^[a-z]{2,3}$")],
            mustBe: "the code of a language in two or three small letters, such as zh",
            read: { text in
                let isCode = text.utf8.allSatisfy { (97...122).contains($0) }
                return isCode && (2...3).contains(text.utf8.count) ? text : nil
            },
            write: { $1.string($0) }
        )
    }

    /// A name of small letters and digits, parted by hyphens, by which a rule or kind is known.
    static func slug(maxLength: Int) -> Codec<String> {
        text(
            [
                JSON.Member("pattern", "^[a-z0-9]+(-[a-z0-9]+)*$"),
                JSON.Member("maxLength", .integer(maxLength)),
            ],
            mustBe: "small letters and digits parted by hyphens, \(maxLength) at most",
            read: { text in
                let parts = text.utf8.split(separator: 45, omittingEmptySubsequences: false)
                let isSlug = parts.allSatisfy { part in
                    !part.isEmpty
                        && part.allSatisfy { (97...122).contains($0) || (48...57).contains($0) }
                }
                return isSlug && text.utf8.count <= maxLength ? text : nil
            },
            write: { $1.string($0) }
        )
    }

    /// A name given by another system.
    package static var externalID: Codec<String> {
        .string(maxLength: 200)
    }
}

extension Codec<[UInt8]> {
    /// Bytes in base 16.
    package static var hex: Codec<[UInt8]> {
        text(
            [JSON.Member("pattern", "^[0-9a-f]*$")],
            mustBe: "in base 16",
            read: { _ in nil },
            write: { $1.string(Base16.encode($0)) }
        )
    }
}
