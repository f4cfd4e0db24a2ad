// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
package import HTTPServer
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
/// A request takes one from its bucket, which fills up steadily; one that finds too little is
/// refused and takes nothing. Both bucket and refusal are told in the fields of
/// draft-ietf-httpapi-ratelimit-headers-10.
package final class RateLimiter: Sendable {
    package enum Key: Hashable, Sendable {
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

    private let limits: RateLimits
    private let stripes: [Stripe]
    /// So many buckets of a stripe are kept; then the half nearest to full is forgotten.
    private let stripeLimit: Int

    package init(_ limits: RateLimits, stripes: Int = 16, stripeLimit: Int = 4096) {
        self.limits = limits
        self.stripes = (0..<stripes).map { _ in Stripe() }
        self.stripeLimit = stripeLimit
    }

    /// What a request with a wrong token counts for.
    var failureCost: Int { limits.failureCost }

    /// Takes `cost` from a bucket, or less if it holds less; throws 429 if it holds less than one.
    ///
    /// A cost of nought only looks.
    package func take(_ cost: Int, from key: Key, at now: Instant) throws -> RateStanding {
        let quota = quota(of: key)
        let stripe = stripes[Int(UInt(bitPattern: key.hashValue) % UInt(stripes.count))]
        let level = stripe.buckets.withLock { buckets in
            if buckets.count >= stripeLimit, buckets[key] == nil { forget(&buckets, at: now) }
            let before = buckets[key].map { content(of: $0, quota, at: now) } ?? quota.capacity
            let after = before >= 1 ? max(0, before - Double(cost)) : before
            buckets[key] = Bucket(level: after, filledAt: now)
            return before >= 1 ? after : before - 1
        }
        let standing = RateStanding(
            name: key.name,
            quota: quota,
            remaining: Int(max(0, level)),
            secondsToFull: Int(((quota.capacity - max(0, level)) / quota.rate).rounded(.up))
        )
        guard level >= 0 else { throw standing.refusal(after: (-level / quota.rate).rounded(.up)) }
        return standing
    }

    /// What a bucket holds by now.
    private func content(of bucket: Bucket, _ quota: RateLimits.Quota, at now: Instant) -> Double {
        // A clock that is set back fills nothing.
        let passed = Double(max(0, now.milliseconds(since: bucket.filledAt))) / 1000
        return min(quota.capacity, bucket.level + passed * quota.rate)
    }

    private func quota(of key: Key) -> RateLimits.Quota {
        switch key {
        case .token: limits.token
        case .address: limits.address
        }
    }

    /// Forgets the buckets nearest to full, which start anew as full ones.
    private func forget(_ buckets: inout [Key: Bucket], at now: Instant) {
        let shares = buckets.map { key, bucket in
            let quota = quota(of: key)
            return (key: key, share: content(of: bucket, quota, at: now) / quota.capacity)
        }
        for (key, _) in shares.sorted(by: { $0.share > $1.share }).prefix((stripeLimit + 1) / 2) {
            buckets[key] = nil
        }
    }
}

extension RateLimits.Quota {
    fileprivate var capacity: Double { Double(requests) }

    /// What flows in each second.
    fileprivate var rate: Double { capacity / Double(seconds) }
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
package struct RateStanding: Sendable {
    let name: String
    let quota: RateLimits.Quota
    package let remaining: Int
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
