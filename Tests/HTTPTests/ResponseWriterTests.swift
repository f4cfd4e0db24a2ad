// SPDX-License-Identifier: Apache-2.0
import HTTP
import Testing

@Suite struct ResponseWriterTests {
    struct Silence: BodyStream {
        func next(_ deliver: @escaping @Sendable (StreamPiece) -> Void) { deliver(.end) }
        func cancel() {}
    }

    struct Case: CustomTestStringConvertible {
        let name: String
        var response: Response
        var method = Method.get
        var version = Version.http11
        var keepAlive = true
        let expected: String
        var stays = true
        var testDescription: String { name }
    }

    static let hello = ResponseBody.bytes(Array("hello".utf8))
    static let ok = "HTTP/1.1 200 OK\r\ndate: D\r\n"

    static let cases = [
        Case(
            name: "bytes",
            response: Response(.ok, fields: ["Content-Type": "text/plain"], body: hello),
            expected: ok + "content-type: text/plain\r\ncontent-length: 5\r\n\r\nhello"
        ),
        Case(
            name: "nothing",
            response: Response(.created),
            expected: "HTTP/1.1 201 Created\r\ndate: D\r\ncontent-length: 0\r\n\r\n"
        ),
        Case(
            name: "HEAD keeps the length",
            response: Response(.ok, body: hello),
            method: .head,
            expected: ok + "content-length: 5\r\n\r\n"
        ),
        Case(
            name: "HEAD of a stream",
            response: Response(.ok, body: .stream(Silence())),
            method: .head,
            expected: ok + "transfer-encoding: chunked\r\n\r\n"
        ),
        Case(
            name: "204 has neither body nor length",
            response: Response(.noContent, body: hello),
            expected: "HTTP/1.1 204 No Content\r\ndate: D\r\n\r\n"
        ),
        Case(
            name: "304 has neither body nor length",
            response: Response(.notModified, fields: ["etag": "\"1\""], body: hello),
            expected: "HTTP/1.1 304 Not Modified\r\ndate: D\r\netag: \"1\"\r\n\r\n"
        ),
        Case(
            name: "a stream in chunks",
            response: Response(.ok, body: .stream(Silence())),
            expected: ok + "transfer-encoding: chunked\r\n\r\n"
        ),
        Case(
            name: "a stream to HTTP/1.0 until the close",
            response: Response(.ok, body: .stream(Silence())),
            version: .http10,
            expected: ok + "connection: close\r\n\r\n",
            stays: false
        ),
        Case(
            name: "keep-alive to HTTP/1.0",
            response: Response(.ok),
            version: .http10,
            expected: ok + "content-length: 0\r\nconnection: keep-alive\r\n\r\n"
        ),
        Case(
            name: "a close",
            response: Response(.ok),
            keepAlive: false,
            expected: ok + "content-length: 0\r\nconnection: close\r\n\r\n",
            stays: false
        ),
        Case(
            name: "a close that the answer asks for",
            response: Response(.ok, fields: ["connection": "Close"]),
            expected: ok + "content-length: 0\r\nconnection: close\r\n\r\n",
            stays: false
        ),
        Case(
            name: "framing fields are the writer's",
            response: Response(
                .ok,
                fields: [
                    "Content-Length": "7", "transfer-encoding": "chunked", "a": "b",
                    "date": "x", "server": "y",
                ],
                body: hello
            ),
            expected: ok + "a: b\r\ncontent-length: 5\r\n\r\nhello"
        ),
        Case(
            name: "a line end in a value cannot split the answer",
            response: Response(
                .ok,
                fields: ["a": "b\r\nset-cookie: c\r\n\r\n<html>\0", "c\r\n: d": "e"]
            ),
            expected: ok
                + "a: b  set-cookie: c    <html> \r\nc----d: e\r\ncontent-length: 0\r\n\r\n"
        ),
        Case(
            name: "an interim status is no answer",
            response: Response(Status(100)),
            expected: "HTTP/1.1 500 Internal Server Error\r\ndate: D\r\ncontent-length: 0\r\n\r\n"
        ),
        Case(
            name: "a status without a phrase",
            response: Response(Status(299)),
            expected: "HTTP/1.1 299 \r\ndate: D\r\ncontent-length: 0\r\n\r\n"
        ),
    ]

    @Test(arguments: cases)
    func `writes`(_ one: Case) {
        var output: [UInt8] = []
        let beginning = ResponseWriter.begin(
            one.response,
            method: one.method,
            version: one.version,
            keepAlive: one.keepAlive,
            stamp: Array("date: D\r\n".utf8),
            into: &output
        )
        #expect(String(decoding: output, as: UTF8.self) == one.expected)
        #expect(beginning.keepsAlive == one.stays)
    }

    @Test func `frames chunks and leaves empty ones out`() {
        var output: [UInt8] = []
        ResponseWriter.chunk(Array("0123456789abcdefg".utf8), into: &output)
        ResponseWriter.chunk([], into: &output)
        ResponseWriter.lastChunk(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "11\r\n0123456789abcdefg\r\n0\r\n\r\n")
    }

    @Test(arguments: RequestFailure.allCases)
    func `has a status with a phrase and a detail for each failure`(_ failure: RequestFailure) {
        #expect(400...599 ~= failure.status.code)
        #expect(!failure.status.reason.isEmpty)
        #expect(failure.detail.hasSuffix("."))
    }
}
