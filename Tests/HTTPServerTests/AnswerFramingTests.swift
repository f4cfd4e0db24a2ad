// SPDX-License-Identifier: Apache-2.0
import HTTP
import HTTPServer
import Testing

/// How answers are framed on the wire (RFC 9110 sections 6.4.1, 6.6.1 and 9.3.2).
@Suite struct AnswerFramingTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let target: String
        var length: String?
        var coding: String?
        var body = ""
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "bytes", target: "/?123", length: "3", body: "123"),
        Case(name: "no bytes", target: "/", length: "0"),
        Case(name: "a stream", target: "/script", coding: "chunked", body: "hello world"),
        Case(name: "204", target: "/status?204"),
        Case(name: "304", target: "/status?304"),
        Case(name: "205", target: "/status?205", length: "0"),
        Case(name: "an error", target: "/status?404", length: "1", body: "A"),
        Case(name: "no status", target: "/status?100", length: "1", body: "A"),
    ]

    @Test(arguments: cases)
    func `HEAD has the fields of GET and no body`(_ one: Case) throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get(one.target))
            var answer = try peer.answer()
            #expect(answer.fields["content-length"] == one.length)
            #expect(answer.fields["transfer-encoding"] == one.coding)
            #expect(answer.fields["connection"] == nil)
            #expect(answer.body == one.body)
            try peer.send("HEAD \(one.target) HTTP/1.1\r\nHost: a\r\n\r\n")
            var head = try peer.answer(toHead: true)
            #expect(head.fields.removeValue(forKey: "date")?.hasSuffix(" GMT") == true)
            #expect(answer.fields.removeValue(forKey: "date")?.hasSuffix(" GMT") == true)
            #expect(head.status == answer.status)
            #expect(head.fields == answer.fields)
            // Nothing stands between the two answers and the next.
            try peer.send(ExchangeTests.get("/?end"))
            #expect(try peer.answer().body == "end")
        }
    }
}
