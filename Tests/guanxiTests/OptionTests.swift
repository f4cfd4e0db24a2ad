// SPDX-License-Identifier: Apache-2.0
import Testing

/// The options of `serve`, before anything is opened.
@Suite struct OptionTests {
    private static func serve(
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) throws -> Program.End {
        // The database cannot be opened, which comes after the options.
        try Program.run(["serve", "--database", "/nowhere/a/b"] + arguments, environment)
    }

    static let taken = [
        [],
        ["--cors-origins", "https://crm.example.com, http://localhost:5173"],
        ["--backup-folder", ".", "--backup-every", "24h", "--backup-keep", "7"],
        ["--backup-folder", ".", "--backup-every", "1m"],
        ["--backup-folder", ".", "--backup-every", "366d"],
        ["--cors-origins", "", "--trusted-proxies", "127.0.0.1, 10.0.0.0/8,2001:db8::/32"],
    ]

    @Test(arguments: taken)
    func `takes`(_ arguments: [String]) throws {
        let end = try Self.serve(arguments)
        #expect(end.code == 73, "\(end.complaint)")
    }

    struct Case: CustomTestStringConvertible {
        let option: String
        let value: String
        let told: String

        var testDescription: String { "\(option) \(value)" }
    }

    static let refused = [
        Case(option: "--cors-origins", value: "https://a,https://b/", told: "“https://b/” is no"),
        Case(option: "--cors-origins", value: "https://a,,http://b", told: "“” is no origin"),
        Case(option: "--cors-origins", value: "https://a,", told: "“” is no origin"),
        Case(option: "--trusted-proxies", value: "10.0.0.0/+8", told: "“10.0.0.0/+8” is no"),
        Case(option: "--trusted-proxies", value: "::1,10.0.0.1/8", told: "“10.0.0.1/8” is no"),
        Case(option: "--trusted-proxies", value: "127.0.0.1,", told: "“” is no address"),
    ]

    @Test(arguments: refused)
    func `refuses, and says what it would take`(_ one: Case) throws {
        let end = try Self.serve([one.option, one.value])
        #expect(end.code == 64)
        #expect(end.complaint.contains("\(one.option): \(one.told)"), "\(end.complaint)")
    }

    static let backups = [
        ["--backup-every", "24h"], ["--backup-keep", "7"], ["--backup-folder", ""],
        ["--backup-folder", "/nowhere/a"],
        ["--backup-folder", ".", "--backup-keep", "0"],
        ["--backup-folder", ".", "--backup-every", "0m"],
        ["--backup-folder", ".", "--backup-every", "367d"],
        ["--backup-folder", ".", "--backup-every", "24"],
        ["--backup-folder", ".", "--backup-every", "-1h"],
    ]

    @Test(arguments: backups)
    func `refuses backups without a folder and beyond the bounds`(_ arguments: [String]) throws {
        #expect(try Self.serve(arguments).code == 64)
    }

    static let bounds = [
        Bound(option: "--port", last: 65535), Bound(option: "--reactors", last: 1024),
        Bound(option: "--min-free", last: 1 << 20),
        Bound(option: "--drain-timeout", last: 1 << 30),
        Bound(option: "--idle-timeout", last: 1 << 30), Bound(option: "--max-depth", last: 512),
        Bound(option: "--max-field-bytes", last: 1 << 20),
    ]

    struct Bound: CustomTestStringConvertible {
        let option: String
        let last: Int

        var testDescription: String { "\(option) up to \(last)" }
    }

    @Test(arguments: bounds)
    func `takes a number up to its bound`(_ one: Bound) throws {
        #expect(try Self.serve([one.option, "\(one.last)"]).code == 73)
        let end = try Self.serve([one.option, "\(one.last + 1)"])
        #expect(end.code == 64)
        #expect(end.complaint.contains("\(one.last)"), "\(end.complaint)")
    }

    @Test func `refuses what a variable holds as well`() throws {
        let end = try Self.serve([], ["GUANXI_CORS_ORIGINS": "https://crm.example.com/"])
        #expect(end.code == 64)
        #expect(end.complaint.contains("“https://crm.example.com/” is no origin"))
    }
}
