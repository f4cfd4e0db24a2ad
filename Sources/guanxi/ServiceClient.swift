// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import HTTP
import HTTPServer
import JSON

/// Asks the service that holds a database, on this machine, with its operator's secret.
struct ServiceClient {
    private let client: PlainClient
    private let fields: HeaderFields

    /// Nil if the process that holds the database says nowhere that it serves, and where.
    init?(database: String, owner: Int32?) {
        guard let contents = OperatorFile(database: database).read(), contents.process == owner
        else { return nil }
        // An import is answered when it is done, however long that takes.
        client = PlainClient(host: contents.host, port: contents.port, lifeSign: "/healthz")
        fields = ["authorization": "Bearer " + contents.token]
    }

    func post(_ target: String, _ body: [UInt8]) throws -> JSON {
        try send("POST", target, body)
    }

    func get(_ target: String) throws -> JSON {
        try send("GET", target, [])
    }

    func delete(_ target: String) throws {
        _ = try send("DELETE", target, [])
    }

    /// Sends a file to be imported; what the service refuses as a whole comes back as its answer.
    func upload(_ request: ImportRequest, progress: (Double) -> Void) throws -> JSON {
        guard case .file(let file) = request.source.body else { return .null }
        let handle = try FileHandle(forReadingFrom: URL(filePath: file.path))
        defer { try? handle.close() }
        var fields = fields
        let charset = request.encoding.map { "; charset=" + $0 } ?? ""
        fields.set("content-type", request.source.format.mediaType + charset)
        let query = "mode=\(request.mode.rawValue)&dryRun=\(request.isDryRun)"
        var sent = 0
        var body: [UInt8] = []
        let answer = try asking {
            try client.send(
                "POST",
                "/v1/imports/\(request.kind.rawValue)?\(query)",
                fields: fields,
                length: file.length,
                body: {
                    guard let piece = try handle.read(upToCount: 1 << 16), !piece.isEmpty else {
                        return nil
                    }
                    sent += piece.count
                    progress(Double(sent) / Double(file.length))
                    return Array(piece)
                },
                piece: { body += $0 }
            )
        }
        let json = (try? JSONReader.read(body)) ?? .null
        // An atomic import that was refused says which rows as one that was done does.
        if answer.status == 422, json["rejectedRows"] != nil { return json }
        return try Self.accepted(
            PlainClient.Answer(status: answer.status, fields: answer.fields, body: body)
        )
    }

    private func send(_ method: String, _ target: String, _ body: [UInt8]) throws -> JSON {
        var fields = fields
        if !body.isEmpty { fields.set("content-type", "application/json") }
        let answer = try asking { try client.send(method, target, fields: fields, body: body) }
        return try Self.accepted(answer)
    }

    /// Runs a request; what the connection does wrong is the service's being away.
    private func asking<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as PlainClient.Failure {
            throw Failure(Failure.unavailable, "the service that holds the database: \(error)")
        }
    }

    /// The answer's JSON; a problem becomes a failure that says what the problem says.
    private static func accepted(_ answer: PlainClient.Answer) throws -> JSON {
        let json = answer.body.isEmpty ? JSON.null : (try? JSONReader.read(answer.body)) ?? .null
        guard answer.status >= 400 else { return json }
        let detail = json["detail"]?.string ?? json["title"]?.string ?? "status \(answer.status)"
        let code =
            switch answer.status {
            case 429, 503: Failure.tryAgain
            case 507: Failure.diskFull
            case ..<500: Failure.badData
            default: Failure.unavailable
            }
        throw Failure(code, detail)
    }
}
