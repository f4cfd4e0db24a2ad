// SPDX-License-Identifier: Apache-2.0
import API
import Crypto
import CustomerRelations
package import HTTP
import JSON
package import Logging
package import Routing
package import SQLite

/// Makes a POST with an Idempotency-Key happen once: the answer is kept in the transaction of the
/// change, and given again to the same request.
package struct SafeRetry: Sendable {
    private static let keyLengths = 1...255

    private let store = IdempotencyStore()
    private let key: IdempotencyStore.Key
    private let now: Instant
    /// Members of the answer that must not be kept, such as a token's secret.
    private let unkept: Set<String>

    /// Nil if the request carries no key.
    package init?(_ call: Call, unkept: Set<String>) throws {
        guard call.request.method == .post, let key = call.request.fields["idempotency-key"],
            let principal = call.principal, principal.tokenID > 0
        else { return nil }
        // Bytes that are no UTF-8 have lost what they were: two keys could look like one.
        guard Self.keyLengths.contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
        else {
            throw Problem(
                .malformedRequest,
                "Idempotency-Key must have 1 to 255 characters of ASCII"
            )
        }
        self.key = IdempotencyStore.Key(
            token: ID(rawValue: principal.tokenID),
            key: key,
            fingerprint: try Self.fingerprint(of: call.request)
        )
        now = call.instant
        self.unkept = unkept
    }

    /// Does the work, unless it was done: then answers as it was answered.
    func run(
        in transaction: Transaction,
        _ work: (Transaction) throws -> Response
    ) throws -> Response {
        if let answer = try replay(in: transaction) { return answer }
        let response = try work(transaction)
        try keep(response, in: transaction)
        return response
    }

    /// Does work that takes its own transactions, unless it was done; it gets a way to keep its
    /// answer in the one that makes it done.
    package func run(
        on database: Database,
        _ logger: Logger,
        _ work: (@escaping Keep<Transaction>) throws -> Response
    ) throws -> Response {
        if let answer = try database.write({ try claim(in: $0) }) { return answer }
        let response: Response
        do {
            response = try work { try keep($0, in: $1) }
        } catch {
            write(on: database, logger) { try store.release(key, in: $0) }
            throw error
        }
        // Work that changes nothing has no transaction to keep its answer in. What happens to this
        // one changes nothing of what was done.
        write(on: database, logger) { try keepIfClaimed(response, in: $0) }
        return response
    }

    /// Claims the key; answers if the work was done.
    private func claim(in transaction: Transaction) throws -> Response? {
        if let answer = try replay(in: transaction) { return answer }
        try store.keep(nil, for: key, at: now, in: transaction)
        return nil
    }

    private func keep(_ response: Response, in transaction: Transaction) throws {
        try store.keep(answer(response), for: key, at: now, in: transaction)
    }

    /// Keeps the answer unless one is kept.
    private func keepIfClaimed(_ response: Response, in transaction: Transaction) throws {
        guard case .running = try store.find(key, at: now, in: transaction) else { return }
        try keep(response, in: transaction)
    }

    /// Writes what the answer does not depend on.
    private func write(
        on database: Database,
        _ logger: Logger,
        _ body: @escaping @Sendable (Transaction) throws -> Void
    ) {
        do {
            // It is little, and a key that stayed claimed could not be used again.
            try database.write(usingReserve: true, body)
        } catch {
            logger.warning("safe retry not written", metadata: ["error": "\(error)"])
        }
    }

    private func replay(in snapshot: Snapshot) throws -> Response? {
        switch try store.find(key, at: now, in: snapshot) {
        case .unknown: return nil
        case .running: throw Problem(.idempotencyKeyInUse)
        case .reused: throw Problem(.idempotencyKeyReused)
        case .answered(let answer):
            var response = Response(
                Status(answer.status),
                fields: ["content-type": "application/json", "cache-control": "no-store"],
                body: .bytes(answer.body)
            )
            if let location = answer.location { response.fields.set("location", location) }
            if let etag = answer.etag { response.fields.set("etag", etag) }
            response.fields.set("idempotent-replayed", "true")
            return response
        }
    }

    private func answer(_ response: Response) -> IdempotencyStore.Answer {
        var body: [UInt8] = []
        if case .bytes(let bytes) = response.body { body = bytes }
        if !unkept.isEmpty, case .object(let members)? = try? JSONReader.read(body) {
            body = Array(JSON.object(members.filter { !unkept.contains($0.name) }).text.utf8)
        }
        return IdempotencyStore.Answer(
            status: response.status.code,
            location: response.fields["location"],
            etag: response.fields["etag"],
            body: body
        )
    }

    private static func fingerprint(of request: Request) throws -> [UInt8] {
        var hasher = SHA256()
        let line =
            "\(request.path)?\(request.query ?? "")\n\(request.fields["content-type"] ?? "")\n"
        hasher.update(data: Array(line.utf8))
        switch request.body {
        case .bytes(let bytes): hasher.update(data: bytes)
        case .file(let file):
            try FileReader.forEachPiece(of: file.path) { hasher.update(data: $0) }
        }
        return Array(hasher.finalize())
    }
}
