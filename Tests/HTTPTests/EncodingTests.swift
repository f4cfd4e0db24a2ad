// SPDX-License-Identifier: Apache-2.0
import HTTP
import Testing

@Suite struct EncodingTests {
    struct Case: CustomTestStringConvertible {
        let raw: String
        var plusIsSpace = false
        let expected: String?
        var testDescription: String { raw }
    }

    static let cases = [
        Case(raw: "", expected: ""),
        Case(raw: "abc-._~", expected: "abc-._~"),
        Case(raw: "a+b", expected: "a+b"),
        Case(raw: "a+b%2B", plusIsSpace: true, expected: "a b+"),
        Case(raw: "%E4%b8%AD", expected: "中"),
        Case(raw: "%2F%25", expected: "/%"),
        Case(raw: "%", expected: nil),
        Case(raw: "%4", expected: nil),
        Case(raw: "%4g", expected: nil),
        Case(raw: "%+4", expected: nil),
        Case(raw: "%00", expected: nil),
        Case(raw: "%ff", expected: nil),
        Case(raw: "%c0%80", expected: nil),
        Case(raw: "%ed%a0%80", expected: nil),
    ]

    @Test(arguments: cases)
    func `decodes percent escapes`(_ one: Case) {
        #expect(
            PercentEncoding.decode(one.raw[...], plusIsSpace: one.plusIsSpace) == one.expected
        )
    }

    @Test func `encodes all but unreserved characters, and back`() {
        #expect(PercentEncoding.encode("aZ9-._~") == "aZ9-._~")
        #expect(PercentEncoding.encode("a b/中+") == "a%20b%2F%E4%B8%AD%2B")
        let text = String(String.UnicodeScalarView((1...0x2FF).compactMap(Unicode.Scalar.init)))
        #expect(
            PercentEncoding.decode(PercentEncoding.encode(text)[...], plusIsSpace: true) == text
        )
    }

    @Test func `reads forms and queries`() throws {
        let pairs = try #require(FormEncoding.decode("a=1&b=%E4%B8%AD+x&&c&=d&e=f=g&a=2"))
        #expect(pairs.map(\.name) == ["a", "b", "c", "", "e", "a"])
        #expect(pairs.map(\.value) == ["1", "中 x", "", "d", "f=g", "2"])
        #expect(FormEncoding.decode(Array("a=1".utf8))?.count == 1)
        #expect(FormEncoding.decode("")?.isEmpty == true)
        #expect(FormEncoding.decode("a=%zz") == nil)
        #expect(FormEncoding.decode("%=a") == nil)
        #expect(FormEncoding.decode([0x61, 0x3D, 0xFF]) == nil)
        #expect(FormEncoding.decode([0x61, 0x3D, 0x00]) == nil)
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    ])
    func `writes dates as IMF-fixdate`(_ one: (seconds: Int, text: String)) {
        #expect(HTTPDate.text(unixSeconds: one.seconds) == one.text)
    }
}
