// SPDX-License-Identifier: Apache-2.0
import API
import CSV
import CustomerRelations
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

/// What texts are read, and how they are refused.
@Suite struct ImportTextTests {
    private static let people = "kind,name,externalId\r\nindividual,李雷,A-1\r\nenterprise,明珠,A-2"

    private static func gb18030(_ text: String) throws -> [UInt8] {
        let encoding = String.Encoding(rawValue: 0x8000_0632)
        return [UInt8](try #require(text.data(using: encoding)))
    }

    @Test func `reads UTF-8 with and without a byte order mark, and GB18030`() throws {
        let plain = Array(Self.people.utf8)
        let chinese = try Self.gb18030(Self.people)
        let texts: [([UInt8], TextEncoding?)] = [
            (plain, nil), ([0xEF, 0xBB, 0xBF] + plain, nil), (chinese, nil), (chinese, .gb18030),
            ([0xEF, 0xBB, 0xBF] + plain, .gb18030),
        ]
        for (bytes, encoding) in texts {
            try withImportBase { base throws in
                let source = ImportSource(.bytes(bytes), .csv, encoding: encoding)
                #expect(try base.take(.customers, source).figures == [2, 0, 0, 0, 0])
                #expect(try base.text("SELECT name FROM customer WHERE id = 1") == "李雷")
            }
        }
    }

    @Test func `reads a file as it reads a text`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/people.ndjson"
        let line = #"{"kind": "individual", "name": "李雷", "tags": ["a", "b"]}"#
        try Data((line + "\n\n" + line).utf8).write(to: URL(filePath: path))
        try withImportBase { base throws in
            let seen = TestFigures()
            let order = ImportOrder(
                .customers,
                from: try ImportSource(path: path),
                actor: "tests",
                requestID: "r-1"
            )
            let result = try base.job().run(order) { seen.note($0.rows, $0.bytes, $0.totalBytes) }
            #expect(result.figures == [2, 0, 0, 0, 0])
            let size = 2 * line.utf8.count + 2
            #expect(seen.all == [[2, size, size]])
        }
    }

    @Test func `a row of several lines has the number of its first`() throws {
        try withImportBase { base throws in
            let text = "kind,name\r\nindividual,\"李\r\n雷\"\r\nindividual,\"a\nb\nc\",x\r\nx,y\r\n"
            let result = try base.take(.customers, text)
            #expect(result.faults == ["4 ", "7 /kind"])
            #expect(result.figures == [1, 0, 0, 0, 2])
        }
    }

    @Test func `places of a list may be empty, and faults name the column`() throws {
        try withImportBase { base throws in
            let text = """
                kind,name,phones.2.number,phones.0.number,phones.2.label,profile.basic.city
                individual,a,,13800138000,,上海
                individual,b,13900139000,,mobile,
                individual,c,12,,mobile,
                """
            let result = try base.take(.customers, text)
            #expect(result.faults == ["4 /phones/2/number"])
            #expect(try base.number("SELECT count(*) FROM customer_phone") == 2)
            let profile = try base.text("SELECT profile FROM customer WHERE id = 1")
            #expect(profile == #"{"basic":{"city":"上海"}}"#)
        }
    }

    struct Header: Sendable, CustomTestStringConvertible {
        let name: String
        var kind = Import.Kind.customers
        let header: String
        let pointers: [String]

        var testDescription: String { name }
    }

    static let headers = [
        Header(name: "unknown", header: "kind,name,colour", pointers: ["/colour"]),
        Header(name: "read-only", header: "id,kind,name,tier", pointers: ["/id", "/tier"]),
        Header(name: "doubled", header: "kind,name,name", pointers: ["/name"]),
        Header(name: "missing", header: "externalId", pointers: ["/kind", "/name"]),
        Header(name: "without a name", header: "kind,name,", pointers: ["/"]),
        Header(
            name: "nested, all at once",
            header: "kind,kind,phones.0.colour,phones.0,phones.x.number,tags.50,source.detail,a.b",
            pointers: [
                "/kind", "/phones/0/colour", "/phones/0", "/phones/0/number", "/phones/x/number",
                "/tags/50", "/source/channel", "/a/b", "/name",
            ]
        ),
        Header(
            name: "a list in one cell",
            header: "kind,name,tags,kind.x,profile,profile.basic.city",
            pointers: ["/kind/x", "/tags", "/profile/basic/city"]
        ),
        Header(
            name: "no customer",
            kind: .orders,
            header: "placedAt,total",
            pointers: ["/customerId", "/customerExternalId"]
        ),
    ]

    @Test(arguments: headers)
    func `refuses a header before any row is read`(_ one: Header) throws {
        try withImportBase { base throws in
            let text = one.header + "\n" + String(repeating: "x,", count: 20) + "\n"
            let violations = #expect(throws: Violations.self) { try base.take(one.kind, text) }
            #expect(Set(violations?.all.map(\.pointer) ?? []) == Set(one.pointers))
            #expect(try base.number("SELECT count(*) FROM event") == 0)
        }
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let line: Int

        init(_ name: String, _ bytes: [UInt8], line: Int) {
            self.name = name
            self.bytes = bytes
            self.line = line
        }

        var testDescription: String { name }
    }

    private static let good = Array("kind,name\nindividual,a\n".utf8)

    static let broken = [
        Broken("nothing", [], line: 1),
        Broken("an open quote", good + Array("individual,\"b\n\n".utf8), line: 3),
        Broken("a quote within", good + Array("individual,b\"c\n".utf8), line: 3),
        Broken("broken UTF-8", good + Array("individual,b\nx,".utf8) + [0xFF, 0x0A], line: 4),
        Broken("a cut character", good + Array("individual,".utf8) + [0xE6, 0x9D], line: 3),
        Broken("U+0000", good + Array("individual,".utf8) + [0], line: 3),
        Broken("a bare CR", good + Array("individual,b\rx".utf8), line: 3),
    ]

    @Test(arguments: broken)
    func `a text that cannot be read changes nothing`(_ one: Broken) throws {
        try withImportBase { base throws in
            let source = ImportSource(.bytes(one.bytes), .csv, encoding: .utf8)
            let error = #expect(throws: ImportSyntaxError.self) {
                try base.take(.customers, source, chunkSize: 1)
            }
            #expect(error?.line == one.line)
            #expect(try base.number("SELECT count(*) FROM event") == 0)
            #expect(try base.number("SELECT count(*) FROM customer") == 0)
        }
    }

    @Test func `lines that are not JSON are rows that are refused`() throws {
        try withImportBase { base throws in
            let text = """
                {"kind": "individual", "name": "a"}
                {"kind": "individual"
                []

                {"kind": "individual", "name": "b", "name": "c", "colour": 1}
                """
            let result = try base.take(.customers, text, .ndjson)
            #expect(result.faults == ["2 ", "3 ", "5 /name", "5 /colour"])
            #expect(result.figures == [1, 0, 0, 0, 3])
        }
    }

    @Test func `an empty text of lines and a header alone are empty imports`() throws {
        try withImportBase { base throws in
            #expect(try base.take(.customers, "", .ndjson).figures == [0, 0, 0, 0, 0])
            #expect(try base.take(.customers, "kind,name").figures == [0, 0, 0, 0, 0])
        }
    }
}
