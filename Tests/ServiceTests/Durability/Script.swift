// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import SQLite
import TestSupport

/// A request of these proofs, which can be made again, and what it must leave behind.
struct ScriptedRequest: Sendable {
    enum Kind: Sendable {
        case customer
        /// Of the customer that an earlier request made.
        case order(of: Int)
        case complaint(of: Int)
        /// By a phone number that nobody has, which makes a prospect too.
        case complaintOfStranger
        /// An earlier request again, with its key.
        case retry(of: Int)
        /// A customer with an external id that the template has taken: refused before anything is
        /// written.
        case duplicate
        /// Work that fails once it has written.
        case failsLate
    }

    let number: Int
    let kind: Kind

    /// The entries of the journal that it makes.
    var actions: [String] {
        switch kind {
        case .customer: ["customer.created"]
        case .order: ["order.recorded"]
        case .complaint: ["complaint.opened"]
        case .complaintOfStranger: ["customer.created", "complaint.opened"]
        case .retry, .duplicate, .failsLate: []
        }
    }

    /// Tells whether it changes nothing, by its own kind.
    var isRefused: Bool {
        switch kind {
        case .duplicate, .failsLate: true
        default: false
        }
    }

    /// The number of the request whose key it carries.
    var keyNumber: Int {
        if case .retry(let other) = kind { return other }
        return number
    }

    var requestID: String { "r\(number)" }
    var key: String { "k\(keyNumber)" }
}

// MARK: - Doing it

extension ScriptedRequest {
    /// An external id that a customer of the template has.
    static let taken = "taken"

    private static let services = Services(zone: .shanghai)
    private static let keys = IdempotencyStore()

    /// Does it once for its key, as the service does: the kept answer is part of the change.
    func run(in transaction: Transaction) throws -> String {
        let key = IdempotencyStore.Key(
            token: ID(rawValue: 1),
            key: key,
            fingerprint: Array("request \(keyNumber)".utf8)
        )
        let now = TestClock.start
        switch try Self.keys.find(key, at: now, in: transaction) {
        case .answered(let answer): return String(decoding: answer.body, as: UTF8.self)
        case .unknown: break
        case .running, .reused: throw TestFailure("the key of request \(number) is taken")
        }
        let answer = try work(in: transaction)
        try Self.keys.keep(
            IdempotencyStore.Answer(
                status: 201,
                location: nil,
                etag: nil,
                body: Array(answer.utf8)
            ),
            for: key,
            at: now,
            in: transaction
        )
        return answer
    }

    private func work(in transaction: Transaction) throws -> String {
        switch kind {
        case .customer: return try makeCustomer("c\(number)", in: transaction)
        case .order(let customer):
            let line = OrderLine(sku: "tea", quantity: 2, unitPrice: Money(rawValue: 1_250))
            let order = try Self.services.orders.record(
                NewOrder(
                    customer: .success(.externalID("c\(customer)")),
                    externalID: "o\(number)",
                    placedAt: TestClock.start,
                    lines: [line, line]
                ),
                by: occasion,
                in: transaction
            )
            return "order \(order.id.rawValue)"
        case .complaint(let customer):
            return try complain(.externalID("c\(customer)"), in: transaction)
        case .complaintOfStranger:
            return try complain(.phone(try phone()), in: transaction)
        case .duplicate: return try makeCustomer(Self.taken, in: transaction)
        case .failsLate:
            _ = try makeCustomer("c\(number)", in: transaction)
            throw TestFailure("late")
        case .retry: throw TestFailure("request \(keyNumber) was not made before \(number)")
        }
    }

    private var occasion: Occasion {
        Occasion(at: TestClock.start, actor: "tests", requestID: requestID)
    }

    private func phone() throws -> PhoneNumber {
        guard let phone = PhoneNumber("\(13_800_138_000 + number)") else {
            throw TestFailure("no phone number")
        }
        return phone
    }

    private func makeCustomer(_ externalID: String, in transaction: Transaction) throws -> String {
        let customer = try Self.services.customers.create(
            CustomerDetails(
                kind: .individual,
                name: "韩梅梅 \(number)",
                externalID: externalID,
                phones: [CustomerPhone(try phone())],
                tags: ["script"]
            ),
            by: occasion,
            in: transaction
        )
        return "customer \(customer.id.rawValue)"
    }

    private func complain(_ customer: CustomerName, in transaction: Transaction) throws -> String {
        let complaint = try Self.services.complaints.open(
            NewComplaint(
                customer: .success(customer),
                details: ComplaintDetails(
                    channel: .hotline,
                    subject: "迟到 \(number)",
                    description: String(repeating: "货还没有到。", count: 20),
                    externalID: "q\(number)"
                )
            ),
            by: occasion,
            in: transaction
        )
        return "complaint \(complaint.id.rawValue)"
    }
}

/// Requests, and which of them come together.
struct Script: Sendable {
    let requests: [ScriptedRequest]
    let bursts: [Range<Int>]

    /// Draws a script; `failsLate` tells whether some of its requests fail once they have written.
    init(count: Int, failsLate: Bool, using random: inout SeededGenerator) {
        var requests = [ScriptedRequest(number: 0, kind: .customer)]
        var customers = [0]
        while requests.count < count {
            let number = requests.count
            let customer = customers.randomElement(using: &random) ?? 0
            let kind: ScriptedRequest.Kind
            switch Int.random(in: 0..<12, using: &random) {
            case 0...2: kind = .customer
            case 3...5: kind = .order(of: customer)
            case 6...7: kind = .complaint(of: customer)
            case 8: kind = .complaintOfStranger
            case 9:
                let earlier = requests.filter { !$0.actions.isEmpty }
                kind = .retry(of: earlier.randomElement(using: &random)?.number ?? 0)
            case 10 where failsLate: kind = .failsLate
            default: kind = .duplicate
            }
            if case .customer = kind { customers.append(number) }
            requests.append(ScriptedRequest(number: number, kind: kind))
        }
        self.requests = requests
        var bursts: [Range<Int>] = []
        var start = 0
        while start < count {
            let end = min(count, start + Int.random(in: 1...8, using: &random))
            bursts.append(start..<end)
            start = end
        }
        self.bursts = bursts
    }

    /// These kinds, in bursts of three.
    init(_ kinds: [ScriptedRequest.Kind]) {
        requests = kinds.enumerated().map { ScriptedRequest(number: $0, kind: $1) }
        bursts = stride(from: 0, to: kinds.count, by: 3).map { $0..<min($0 + 3, kinds.count) }
    }
}
