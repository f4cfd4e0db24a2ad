// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import HTTPServer
import Routing
import Synchronization

/// How many requests may come from where.
package struct RateLimits: Sendable {
    /// A bucket that holds so many requests and fills up once in so many seconds.
    package struct Quota: Sendable {
        package let requests: Int
        package let seconds: Int

        package init(requests: Int, seconds: Int) {
            self.requests = requests
            self.seconds = seconds
        }
    }

    /// Of each token.
    package var token = Quota(requests: 6_000, seconds: 60)
    /// Of each address (of IPv6 each /64) for requests without a token that is known already.
    package var address = Quota(requests: 600, seconds: 60)
    /// What a request with a wrong token counts for.
    package var failureCost = 20

    package init() {}
}

/// Token buckets, one for each bearer token and one for each address that shows none.
///
/// A request takes one from its bucket, which fills up steadily; one that finds too little is refused
/// and takes nothing. Both bucket and refusal are told in the fields of
/// draft-ietf-httpapi-ratelimit-headers-10.
final class RateLimiter: Sendable {
    enum Key: Hashable, Sendable {
        case token(Int64)
        case address(IPAddress?)
    }

    private struct Bucket: Sendable {
        var level: Double
        var filledAt: Instant
    }

    private final class Stripe: Sendable {
        let buckets = Mutex<[Key: Bucket]>([:])
    }

    /// So many buckets of a stripe are kept; then the fuller half is forgotten.
    private static let stripeLimit = 4096

    private let limits: RateLimits
    private let stripes = (0..<16).map { _ in Stripe() }

    init(_ limits: RateLimits) {
        self.limits = limits
    }

    /// What a request with a wrong token counts for.
    var failureCost: Int { limits.failureCost }

    /// Takes `cost` from a bucket, or less if it holds less; throws 429 if it holds less than one.
    ///
    /// A cost of nought only looks.
    func take(_ cost: Int, from key: Key, at now: Instant) throws -> RateStanding {
        let quota = quota(of: key)
        let rate = Double(quota.requests) / Double(quota.seconds)
        let level = stripes[Int(UInt(bitPattern: key.hashValue) % 16)].buckets.withLock { buckets in
            if buckets.count >= Self.stripeLimit, buckets[key] == nil { Self.forget(&buckets) }
            var bucket = buckets[key] ?? Bucket(level: Double(quota.requests), filledAt: now)
            // A clock that is set back fills nothing.
            let passed = Double(max(0, now.milliseconds(since: bucket.filledAt))) / 1000
            bucket.level = min(Double(quota.requests), bucket.level + passed * rate)
            bucket.filledAt = now
            let before = bucket.level
            if before >= 1 { bucket.level = max(0, before - Double(cost)) }
            buckets[key] = bucket
            return before >= 1 ? bucket.level : before - 1
        }
        let standing = RateStanding(
            name: key.name,
            quota: quota,
            remaining: Int(max(0, level)),
            secondsToFull: Int(((Double(quota.requests) - max(0, level)) / rate).rounded(.up))
        )
        guard level >= 0 else { throw standing.refusal(after: (-level / rate).rounded(.up)) }
        return standing
    }

    private func quota(of key: Key) -> RateLimits.Quota {
        switch key {
        case .token: limits.token
        case .address: limits.address
        }
    }

    private static func forget(_ buckets: inout [Key: Bucket]) {
        let fullest = buckets.sorted { $0.value.level > $1.value.level }.prefix(stripeLimit / 2)
        for (key, _) in fullest { buckets[key] = nil }
    }
}

extension RateLimiter.Key {
    /// The policy's name in the answer's fields.
    fileprivate var name: String {
        switch self {
        case .token: "token"
        case .address: "address"
        }
    }
}

/// Where a client stands with its requests.
struct RateStanding: Sendable {
    let name: String
    let quota: RateLimits.Quota
    let remaining: Int
    let secondsToFull: Int

    /// Tells it in an answer.
    func tell(in fields: inout HeaderFields) {
        fields.append("ratelimit-policy", "\"\(name)\";q=\(quota.requests);w=\(quota.seconds)")
        fields.append("ratelimit", "\"\(name)\";r=\(remaining);t=\(secondsToFull)")
    }

    fileprivate func refusal(after seconds: Double) -> Problem {
        var problem = Problem(
            .tooManyRequests,
            "\(quota.requests) requests in \(quota.seconds) seconds are taken from this \(name)"
        )
        problem.fields.set("retry-after", "\(max(1, Int(seconds)))")
        tell(in: &problem.fields)
        return problem
    }
}
