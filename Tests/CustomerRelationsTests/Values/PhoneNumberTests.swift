// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import Testing

@Suite struct PhoneNumberTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let e164: String
        let typed: [String]

        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "a mobile",
            e164: "+8613800138000",
            typed: [
                "13800138000", "138 0013 8000", "138-0013-8000", "138.0013.8000", "(138)0013/8000",
                "013800138000",
                "+8613800138000", "+86 138 0013 8000", "(+86)13800138000", "+86-138-0013-8000",
                "8613800138000",
                "86 138 0013 8000", "008613800138000", "0086 138 0013 8000", "＋８６１３８００１３８０００",
                "００８６１３８００１３８０００",
                "１３８００１３８０００", "138–0013—8000", "138‐0013−8000", "138－0013－8000", "138　0013　8000",
                "tel:+86-138-0013-8000",
                "TEL: 13800138000", "ｔｅｌ：13800138000", "+86 (0)138 0013 8000",
                "+86 (0138) 0013 8000", "17951 13800138000",
                "12593-13800138000", "17909 013800138000", "1795100 86 13800138000",
                "\u{202D}138 0013 8000\u{202C}",
                " 13800138000\t", "138\u{A0}0013\u{A0}8000", "[138] 0013 8000", "138·0013·8000",
                "+0086 13800138000",
            ]
        ),
        Case(
            name: "a landline in Beijing",
            e164: "+861062345678",
            typed: [
                "010-62345678", "010 6234 5678", "(010)62345678", "（０１０）６２３４５６７８",
                "+86 10 6234 5678", "+86 (0)10 6234 5678",
                "+86 (010) 62345678", "0086-10-62345678", "86-10-62345678", "86 010 62345678",
                "17909 010 62345678",
                "tel:+86-10-6234-5678",
            ]
        ),
        Case(
            name: "a landline in Shanghai",
            e164: "+862162345678",
            typed: ["021-62345678", "+86 21 6234 5678"]
        ),
        Case(
            name: "a landline of eight digits",
            e164: "+8657188888888",
            typed: ["0571-88888888", "(0571) 8888 8888", "+86 571 88888888", "86 0571 8888 8888"]
        ),
        Case(
            name: "a landline of seven digits",
            e164: "+868981234567",
            typed: ["0898-1234567", "+86 898 1234567"]
        ),
        Case(
            name: "a 400 number",
            e164: "+864008208820",
            typed: [
                "400-820-8820", "4008208820", "+86 400 820 8820", "400 8208 820", "86 4008208820",
            ]
        ),
        Case(
            name: "an 800 number",
            e164: "+868008203800",
            typed: ["800-820-3800", "+86 800 820 3800"]
        ),
        Case(name: "110", e164: "+86110", typed: ["110", "１１０"]),
        Case(name: "12345", e164: "+8612345", typed: ["12345", "+86 12345"]),
        Case(
            name: "10086",
            e164: "+8610086",
            typed: ["10086", "100 86", "+86 10086", "0086 10086"]
        ),
        Case(name: "95588", e164: "+8695588", typed: ["95588", "+86 95588", "+86-9-5588"]),
        Case(
            name: "a 95 number of eight digits",
            e164: "+8695105105",
            typed: ["95105105", "+86 9510 5105"]
        ),
        Case(
            name: "12345 of Hangzhou",
            e164: "+8657112345",
            typed: ["0571-12345", "+86 571 12345"]
        ),
        Case(
            name: "Hong Kong",
            e164: "+85291234567",
            typed: ["+852 9123 4567", "00852-91234567", "+85291234567"]
        ),
        Case(name: "Macau", e164: "+85366123456", typed: ["+853 6612 3456", "0085366123456"]),
        Case(
            name: "Taiwan",
            e164: "+886912345678",
            typed: ["+886 912 345 678", "+886 (0)912-345-678", "00886 0912345678"]
        ),
        Case(
            name: "London",
            e164: "+442079460958",
            typed: [
                "+44 20 7946 0958", "+44 (0)20 7946 0958", "0044 20 79460958", "+44 020 7946 0958",
            ]
        ),
        Case(
            name: "New York",
            e164: "+12125550123",
            typed: ["+1 (212) 555-0123", "001 212 555 0123", "+1.212.555.0123"]
        ),
        Case(
            name: "Rome keeps its zero",
            e164: "+390612345678",
            typed: ["+39 06 1234 5678", "+39 (06) 12345678"]
        ),
        Case(name: "Moscow", e164: "+74951234567", typed: ["+7 495 123-45-67", "007 4951234567"]),
        Case(name: "a small country", e164: "+6834123", typed: ["+683 4123"]),
        Case(name: "fifteen digits", e164: "+491234567890123", typed: ["+49 1234 567 890 123"]),
    ]

    @Test(arguments: cases)
    func `is one number, however it is typed`(_ one: Case) throws {
        for typed in one.typed {
            let number = try PhoneNumber.parse(typed).get()
            #expect(number.e164 == one.e164, "\(typed)")
            #expect(number.digits == String(one.e164.dropFirst()))
            #expect(number.typed == typed)
            #expect(number.extension == nil)
            #expect(PhoneNumber(number.e164)?.e164 == one.e164)
        }
    }

    @Test(arguments: [
        "010-62345678转8001", "010-62345678 转 8001", "010-62345678转分机8001", "010-62345678分机8001",
        "010-62345678 分机：8001",
        "010-62345678 ext. 8001", "010-62345678 EXT8001", "010-62345678 extension 8001",
        "010-62345678x8001",
        "010-62345678 X 8001", "010-62345678,8001", "010-62345678,,8001", "010-62345678，8001",
        "010-62345678#8001",
        "tel:+86-10-62345678;ext=8001", "010-62345678-8001", "+86-10-6234-5678-8001",
        "010-62345678（转8001）",
        "010-62345678 (ext 8001)", "010-62345678轉8001", "０１０－６２３４５６７８ｘ８００１",
    ])
    func `keeps an extension apart`(_ typed: String) throws {
        let number = try PhoneNumber.parse(typed).get()
        #expect(number.e164 == "+861062345678")
        #expect(number.extension == "8001")
    }

    @Test func `keeps the extension of other numbers`() {
        #expect(PhoneNumber("400-820-8820-12")?.extension == "12")
        #expect(PhoneNumber("4008208820转2")?.e164 == "+864008208820")
        #expect(PhoneNumber("+1 212 555 0123 x12")?.extension == "12")
        #expect(PhoneNumber("0571-88888888-803")?.extension == "803")
    }

    @Test(arguments: [
        ("", PhoneNumberFault.noDigits), ("  ", .noDigits), ("+", .noDigits), ("tel:", .noDigits),
        ("-", .noDigits),
        ("abc", .unexpectedCharacter("a")), ("138****8000", .unexpectedCharacter("*")),
        ("1+3800138000", .unexpectedCharacter("+")),
        ("++8613800138000", .unexpectedCharacter("+")),
        ("张三13800138000", .unexpectedCharacter("张")),
        ("13800138000张", .unexpectedCharacter("张")), ("x8001", .unexpectedCharacter("x")),
        ("12", .notChinese), ("1380013800", .notChinese), ("138001380001", .notChinese),
        ("12800138000", .notChinese),
        ("138-0013-80001", .notChinese), ("13800138000-1", .notChinese), ("010-1234", .notChinese),
        ("0110", .notChinese),
        ("011-62345678", .notChinese), ("010-623456789", .notChinese), ("2125550123", .notChinese),
        ("13800138000/13900139000", .notChinese), ("+86 1380013800", .notChinese),
        ("0086 12", .notChinese),
        ("62345678", .areaCodeMissing), ("6234567", .areaCodeMissing),
        ("138-0013", .areaCodeMissing),
        ("+999 1234567", .unknownCountryCode), ("+210 1234567", .unknownCountryCode),
        ("000 1234567", .unknownCountryCode),
        ("+1 212 555 012", .notOfCountry(code: "1")),
        ("+1 112 555 0123", .notOfCountry(code: "1")),
        ("+852 1234567", .notOfCountry(code: "852")),
        ("+44 0020 7946 0958", .notOfCountry(code: "44")), ("+44 12", .notOfCountry(code: "44")),
        ("+49 12345 67890 12345", .notOfCountry(code: "49")),
        ("010-62345678转", .malformedExtension), ("010-62345678转abc", .malformedExtension),
        ("010-62345678x123456789", .malformedExtension), ("138xxxx8000", .malformedExtension),
        ("138x8000", .malformedExtension),
        ("10086转0", .malformedExtension),
        ("tel:13800138000;phone-context=+1", .malformedExtension),
        (String(repeating: "1", count: 101), .tooLong),
    ])
    func `says why a text is no number`(_ typed: String, _ fault: PhoneNumberFault) {
        #expect(PhoneNumber.parse(typed) == .failure(fault))
        #expect(PhoneNumber(typed) == nil)
        #expect(!fault.detail.isEmpty)
    }

    @Test(arguments: [
        ("138 0013", "1380013"), ("+86 138", "86138"), ("0086138", "86138"),
        ("8613800138", "8613800138"), ("8000", "8000"),
        ("0013", "13"), ("010-6234", "106234"), ("(010) 6234", "106234"),
        ("+44 (0)20 79", "442079"), ("+44 020", "4420"),
        ("13800138000", "8613800138000"), ("17951 13800138000", "8613800138000"),
        ("010-62345678转8001", "861062345678"),
        ("010-62345678转", "1062345678"), ("9510 5105", "95105105"), ("１３８", "138"), ("0", "0"),
        ("000", "000"),
        ("+8", "8"), ("张三", nil), ("138张", nil), ("", nil), ("-", nil), ("+", nil),
        ("a@b.example", nil),
    ])
    func `finds the digits of a part of a number`(_ query: String, _ digits: String?) {
        #expect(PhoneNumber.searchDigits(query) == digits)
    }

    @Test(arguments: [
        ("13800138000", "13800138000"), ("010-62345678", "01062345678"),
        ("+852 9123 4567", "+85291234567"),
        ("400-820-8820", "4008208820"), ("+44 20 7946 0958", "+442079460958"),
    ])
    func `finds a number from each of its beginnings`(_ typed: String, _ spelled: String) throws {
        let number = try #require(PhoneNumber(typed))
        for length in 1...spelled.count {
            let query = String(spelled.prefix(length))
            guard query != "+" else { continue }
            let digits = try #require(PhoneNumber.searchDigits(query), "\(query)")
            // Of a zero alone nothing is known.
            #expect(number.digits.contains(digits) || query == "0", "\(query)")
        }
    }

    static let people = URL(filePath: #filePath).resolvingSymlinksInPath()
        .appending(path: "../../../../../shared/data/people_zh_CN_5000.csv").standardizedFileURL

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: people.path),
            "../shared/data/people_zh_CN_5000.csv is not there"
        )
    )
    func `takes the numbers of 5,000 people`() throws {
        let lines = try String(contentsOf: Self.people, encoding: .utf8).split(
            whereSeparator: \.isNewline
        )
        #expect(lines.count == 5_001)
        for line in lines.dropFirst() {
            let typed = String(line.split(separator: ",", omittingEmptySubsequences: false)[1])
            #expect(PhoneNumber(typed)?.e164 == "+86" + typed)
        }
    }
}
