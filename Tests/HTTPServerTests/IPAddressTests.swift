// SPDX-License-Identifier: Apache-2.0
import HTTPServer
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4:80", "::1%eth0", "[::1]", "x",
    ])
    func `refuses what is no address`(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `takes an address of IPv4 for the same in IPv6`() {
        #expect(IPAddress("192.0.2.1") == IPAddress("::ffff:192.0.2.1"))
        #expect(IPAddress("192.0.2.1")?.isIPv4 == true)
        #expect(IPAddress("::1")?.isIPv4 == false)
    }

    struct Case: CustomTestStringConvertible {
        let range: String
        let inside: [String]
        let outside: [String]

        var testDescription: String { range }
    }

    static let cases = [
        Case(range: "10.1.2.3", inside: ["10.1.2.3"], outside: ["10.1.2.4", "::1"]),
        Case(
            range: "10.0.0.0/8",
            inside: ["10.0.0.0", "10.255.255.255"],
            outside: ["11.0.0.0", "9.255.255.255"]
        ),
        Case(range: "192.0.2.128/25", inside: ["192.0.2.129"], outside: ["192.0.2.127"]),
        Case(range: "0.0.0.0/0", inside: ["1.2.3.4"], outside: ["::1"]),
        Case(range: "::/0", inside: ["1.2.3.4", "2001:db8::1"], outside: []),
        Case(
            range: "2001:db8::/32",
            inside: ["2001:db8::1", "2001:db8:ffff:ffff::"],
            outside: ["2001:db9::1"]
        ),
        Case(range: "fe80::/65", inside: ["fe80::1"], outside: ["fe80::8000:0:0:0"]),
    ]

    @Test(arguments: cases)
    func `a range holds its addresses and no other`(_ one: Case) throws {
        let range = try #require(IPRange(one.range))
        for text in one.inside { #expect(range.contains(try #require(IPAddress(text)))) }
        for text in one.outside { #expect(!range.contains(try #require(IPAddress(text)))) }
    }

    @Test(arguments: [
        "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/", "10.0.0.0/8/8", "x/8",
        "10.0.0.0/ 8", "10.0.0.1/8", "10.128.0.0/8", "192.0.2.129/25", "2001:db8::1/32",
        "fe80::1/65",
    ])
    func `refuses what is no range`(_ text: String) {
        #expect(IPRange(text) == nil)
    }

    @Test func `a network is an address of IPv4 or 64 bits of IPv6`() {
        #expect(IPAddress("2001:db8::1")?.network == IPAddress("2001:db8::ffff")?.network)
        #expect(IPAddress("2001:db8:0:1::1")?.network != IPAddress("2001:db8::1")?.network)
        #expect(IPAddress("192.0.2.1")?.network == IPAddress("192.0.2.1"))
    }
}
