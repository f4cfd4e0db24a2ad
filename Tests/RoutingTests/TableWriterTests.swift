// SPDX-License-Identifier: Apache-2.0
import JSON
import Routing
import Testing

@Suite struct TableWriterTests {
    private static func object(_ properties: (String, Schema)...) -> Schema {
        .object(
            Schema.Object(
                name: nil,
                properties: properties.map {
                    Schema.Property(name: $0.0, schema: $0.1, isRequired: false, description: "")
                }
            )
        )
    }

    private static let text = Schema.scalar([JSON.Member("type", "string")])

    private static let schema = object(
        ("id", text),
        ("source", object(("channel", text), ("detail", text))),
        ("phones", .array(of: object(("number", text), ("label", text)), maxItems: nil)),
        ("tags", .array(of: text, maxItems: nil)),
        ("profile", .open(description: "")),
        ("either", .anyOf([text, text]))
    )

    @Test func `makes a column of each scalar, and of each place of a list`() {
        #expect(
            TableWriter(Self.schema, places: ["phones": 2, "tags": 1]).columns == [
                "id", "source.channel", "source.detail", "phones.0.number", "phones.0.label",
                "phones.1.number", "phones.1.label", "tags.0", "profile", "either",
            ]
        )
        #expect(
            TableWriter(Self.schema, places: ["phones": 0]).columns
                == ["id", "source.channel", "source.detail", "tags", "profile", "either"]
        )
    }

    @Test func `writes a row of each record`() throws {
        let table = TableWriter(Self.schema, places: ["phones": 1])
        #expect(
            String(decoding: table.header, as: UTF8.self)
                == "id,source.channel,source.detail,phones.0.number,phones.0.label,tags,profile,"
                + "either\r\n"
        )
        let records: [JSON] = [
            [
                "id": 7, "source": ["detail": "a, \"b\"\nc"],
                "phones": [["number": "138"]], "tags": ["x", "y"],
                "profile": ["basic": [:]], "either": true,
            ],
            ["id": "=1+1", "source": .null, "tags": []],
        ]
        #expect(
            String(decoding: try table.rows(records), as: UTF8.self)
                == "7,,\"a, \"\"b\"\"\nc\",138,,\"[\"\"x\"\",\"\"y\"\"]\",\"{\"\"basic\"\":{}}\",true\r\n"
                + "'=1+1,,,,,[],,\r\n"
        )
    }

    @Test func `refuses a value that has no column`() {
        let table = TableWriter(Self.schema, places: ["phones": 1])
        #expect(throws: TableError(column: "phones.1.number")) {
            try table.rows([["phones": [["number": "138"], ["number": "139"]]]])
        }
    }

    @Test func `takes a name with a point for what it is`() throws {
        let table = TableWriter(Self.object(("a.b", Self.text)))
        #expect(String(decoding: try table.rows([["a.b": "x"]]), as: UTF8.self) == "x\r\n")
    }
}
