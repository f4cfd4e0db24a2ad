// SPDX-License-Identifier: Apache-2.0
import Glibc

/// How customers of a base without contracts buy and drop out: the BG/NBD model.
///
/// While alive a customer buys at random at a rate λ a week; after each purchase the customer drops
/// out with probability p. The rates are spread over the base by a gamma distribution (r, α), the
/// probabilities by a beta distribution (a, b). Source: P. Fader, B. Hardie, K. L. Lee, "Counting
/// Your Customers the Easy Way: An Alternative to the Pareto/NBD Model", Marketing Science 24
/// (2005), 275–284.
package struct BGNBD: Equatable, Sendable {
    /// The shape of the rates.
    package let r: Double
    /// The scale of the rates, in weeks: the mean rate is r / α.
    package let alpha: Double
    /// The drop-outs of the beta distribution: the mean probability is a / (a + b).
    package let a: Double
    /// The stays of the beta distribution.
    package let b: Double

    /// Parameters must be positive and finite.
    package init?(r: Double, alpha: Double, a: Double, b: Double) {
        guard [r, alpha, a, b].allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        self.init(unchecked: [r, alpha, a, b])
    }

    fileprivate init(unchecked values: [Double]) {
        r = values[0]
        alpha = values[1]
        a = values[2]
        b = values[3]
    }
}

/// Parameters found in data, and how well they are determined.
package struct BGNBDFit: Equatable, Sendable {
    package let model: BGNBD
    /// The standard error of each parameter; nil where the data leave one of them open.
    package let standardErrors: BGNBD?
    package let logLikelihood: Double
    /// How many customers the data had.
    package let customers: Int

    package init(model: BGNBD, standardErrors: BGNBD?, logLikelihood: Double, customers: Int) {
        self.model = model
        self.standardErrors = standardErrors
        self.logLikelihood = logLikelihood
        self.customers = customers
    }
}

extension BGNBD {
    /// A larger shape r is none: the rates, whose deviation is less than a hundredth of their mean,
    /// are all the same as far as data can tell, and the likelihood grows with r without end.
    package static let shapeLimit = 10_000.0

    /// The natural logarithm of the probability of these histories (the paper's equation 6).
    package func logLikelihood(_ histories: [PurchaseHistory]) throws(ModelError) -> Double {
        -BGNBDLikelihood(try BGNBDData(histories))
            .slope(at: [r, alpha, a, b].map { log($0) }).value
    }

    /// Finds the parameters under which these histories are most probable.
    ///
    /// The search runs over the logarithms of the parameters, so that all stay positive. Where it
    /// starts does not matter but for the time it takes. `interruption` is called now and then: what
    /// it throws ends the search. What else is thrown is a `ModelError`: `noMaximum` also where all
    /// customers buy alike, of whom there is no spread to be learnt.
    package static func fit(
        _ histories: [PurchaseHistory],
        from start: BGNBD? = nil,
        interruption: () throws -> Void = {}
    ) throws -> BGNBDFit {
        let data = try BGNBDData(histories)
        guard data.purchases > 0 else { throw ModelError.noRepeats }
        let likelihood = BGNBDLikelihood(data)
        // In the middle of what bases have: rates spread like an exponential distribution, of the
        // data's mean.
        let first: [Double] =
            start.map { [$0.r, $0.alpha, $0.a, $0.b] }
            ?? [1, max(data.age / data.purchases, 1e-3), 1, 2]
        let customers = Double(data.customers)
        func slope(at point: [Double]) throws -> Minimizer.Slope {
            try interruption()
            return likelihood.slope(at: point)
        }
        let minimum = try Minimizer().minimize(from: first.map { log($0) }) { point in
            try slope(at: point).divided(by: customers)
        }
        let values = minimum.point.map { exp($0) }
        guard minimum.steepness < 1e-6, minimum.value.isFinite, let model = BGNBD(values),
            model.r <= shapeLimit
        else { throw ModelError.noMaximum }
        // At the maximum the error of a logarithm is the relative error of the parameter.
        let errors = try Minimizer.standardErrors(at: minimum.point, slope)
            .map { zip($0, values).map { $0 * $1 } }
        return BGNBDFit(
            model: model,
            standardErrors: errors.flatMap { BGNBD($0) },
            logLikelihood: -minimum.value * customers,
            customers: data.customers
        )
    }

    private init?(_ values: [Double]) {
        self.init(r: values[0], alpha: values[1], a: values[2], b: values[3])
    }
}

/// The histories of a base, equal ones counted once.
private struct BGNBDData {
    struct Group {
        let recency: Double
        let age: Double
        let customers: Double
        /// The place in `frequencies`.
        let frequency: Int
    }

    private(set) var groups: [Group] = []
    /// Each number of purchases with how many customers have it.
    private(set) var frequencies: [(purchases: Double, customers: Double)] = []
    let customers: Int
    /// The sums over all customers.
    private(set) var purchases = 0.0
    private(set) var age = 0.0

    init(_ histories: [PurchaseHistory]) throws(ModelError) {
        guard !histories.isEmpty else { throw .empty }
        customers = histories.count
        for (place, history) in histories.enumerated() {
            try history.check(at: place)
            purchases += Double(history.frequency)
            age += history.age
        }
        // Sorted, so that the sums do not depend on the order of the histories.
        let sorted = histories.sorted {
            ($0.frequency, $0.recency, $0.age) < ($1.frequency, $1.recency, $1.age)
        }
        var start = 0
        while start < sorted.count {
            let history = sorted[start]
            var end = start + 1
            while end < sorted.count, sorted[end] == history { end += 1 }
            if start == 0 || sorted[start - 1].frequency != history.frequency {
                frequencies.append((Double(history.frequency), 0))
            }
            frequencies[frequencies.count - 1].customers += Double(end - start)
            groups.append(
                Group(
                    recency: history.recency,
                    age: history.age,
                    customers: Double(end - start),
                    frequency: frequencies.count - 1
                )
            )
            start = end
        }
    }
}

/// The negative log-likelihood of a base as a function of the parameters' logarithms.
///
/// With A = (α + T)^-(r + x) and, for x > 0, B = a / (b + x - 1) · (α + t_x)^-(r + x), a history's
/// likelihood is
///
///     Γ(r + x) α^r / Γ(r) · Γ(a + b) Γ(b + x) / (Γ(b) Γ(a + b + x)) · (A + B).
///
/// All but A and B depends on x alone, and is reckoned once for each x.
private struct BGNBDLikelihood {
    let data: BGNBDData

    init(_ data: BGNBDData) {
        self.data = data
    }

    func slope(at point: [Double]) -> Minimizer.Slope {
        let values = point.map { exp($0) }
        let (r, alpha, a, b) = (values[0], values[1], values[2], values[3])
        var sum = 0.0
        var (dr, dAlpha, da, db) = (0.0, 0.0, 0.0, 0.0)
        let gammas = (
            r: SpecialFunctions.logGamma(r), b: SpecialFunctions.logGamma(b),
            ab: SpecialFunctions.logGamma(a + b)
        )
        let psis = (
            r: SpecialFunctions.digamma(r), b: SpecialFunctions.digamma(b),
            ab: SpecialFunctions.digamma(a + b)
        )
        for (x, customers) in data.frequencies {
            let abx = SpecialFunctions.digamma(a + b + x)
            sum +=
                customers
                * (SpecialFunctions.logGamma(r + x) - gammas.r + r * log(alpha) + gammas.ab
                    + SpecialFunctions.logGamma(b + x) - gammas.b
                    - SpecialFunctions.logGamma(a + b + x))
            dr += customers * (SpecialFunctions.digamma(r + x) - psis.r + log(alpha))
            dAlpha += customers * r / alpha
            da += customers * (psis.ab - abx)
            db += customers * (psis.ab + SpecialFunctions.digamma(b + x) - psis.b - abx)
        }
        for group in data.groups {
            let x = data.frequencies[group.frequency].purchases
            let rx = r + x
            let end = alpha + group.age
            let logEnd = log(end)
            guard x > 0 else {
                sum -= group.customers * rx * logEnd
                dr -= group.customers * logEnd
                dAlpha -= group.customers * rx / end
                continue
            }
            let last = alpha + group.recency
            let logLast = log(last)
            let stay = b + x - 1
            // The odds of having dropped out after the last purchase, ln B/A.
            let odds = log(a / stay) + rx * (logEnd - logLast)
            let gone = 1 / (1 + exp(-odds))
            // ln (A + B) = ln A + ln (1 + B/A), from whichever is larger.
            sum +=
                group.customers
                * (odds > 0
                    ? log(a / stay) - rx * logLast + log1p(exp(-odds))
                    : log1p(exp(odds)) - rx * logEnd)
            dr -= group.customers * ((1 - gone) * logEnd + gone * logLast)
            dAlpha -= group.customers * rx * ((1 - gone) / end + gone / last)
            da += group.customers * gone / a
            db -= group.customers * gone / stay
        }
        return Minimizer.Slope(
            value: -sum,
            gradient: [-dr * r, -dAlpha * alpha, -da * a, -db * b]
        )
    }
}

extension Minimizer.Slope {
    func divided(by divisor: Double) -> Minimizer.Slope {
        Minimizer.Slope(value: value / divisor, gradient: gradient.map { $0 / divisor })
    }
}
