// SPDX-License-Identifier: Apache-2.0
import Glibc

/// How much customers spend at a time: the gamma-gamma model.
///
/// A customer's purchases have a gamma distribution (p, ν), and the scales ν are spread over the
/// base by a gamma distribution (q, v); how much does not depend on how often. Source: P. Fader,
/// B. Hardie, "The Gamma-Gamma Model of Monetary Value" (2013).
package struct GammaGamma: Equatable, Sendable {
    /// The shape of a customer's purchases.
    package let p: Double
    /// The shape of the base's scales.
    package let q: Double
    /// The scale of the base's scales, in the unit of money (the note's γ).
    package let v: Double

    /// Parameters must be positive and finite.
    package init?(p: Double, q: Double, v: Double) {
        guard [p, q, v].allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        self.p = p
        self.q = q
        self.v = v
    }

    /// The mean purchase over the base, p v / (q - 1); nil where the spread is so wide that there
    /// is none.
    package var meanAmount: Double? {
        q > 1 ? p * v / (q - 1) : nil
    }

    /// What a customer's next purchases come to on average (the note's equation 5):
    /// p (v + x m) / (p x + q - 1).
    ///
    /// Between the mean of the base and the customer's own, the nearer to the latter the more
    /// purchases were seen. Without any it is the mean of the base.
    package func expectedAmount(_ spending: Spending?) -> Double? {
        guard let spending, spending.frequency > 0, spending.mean > 0 else { return meanAmount }
        let px = p * Double(spending.frequency)
        guard px + q > 1 else { return nil }
        return p * (v + Double(spending.frequency) * spending.mean) / (px + q - 1)
    }
}

/// Parameters found in data, and how well they are determined.
package struct GammaGammaFit: Equatable, Sendable {
    package let model: GammaGamma
    /// The standard error of each parameter; nil where the data leave one of them open.
    package let standardErrors: GammaGamma?
    package let logLikelihood: Double
    /// How many repeat customers the data had.
    package let customers: Int

    package init(
        model: GammaGamma,
        standardErrors: GammaGamma?,
        logLikelihood: Double,
        customers: Int
    ) {
        self.model = model
        self.standardErrors = standardErrors
        self.logLikelihood = logLikelihood
        self.customers = customers
    }
}

extension GammaGamma {
    /// The natural logarithm of the density of these means (the note's equation 1a).
    package func logLikelihood(_ spendings: [Spending]) throws(ModelError) -> Double {
        -GammaGammaLikelihood(try Self.checked(spendings)).slope(at: [log(p), log(q), log(v)]).value
    }

    /// Finds the parameters under which these means are most probable.
    ///
    /// `interruption` is called now and then: what it throws ends the search. What else is thrown is
    /// a `ModelError`.
    package static func fit(
        _ spendings: [Spending],
        from start: GammaGamma? = nil,
        interruption: () throws -> Void = {}
    ) throws -> GammaGammaFit {
        let spendings = try checked(spendings)
        let likelihood = GammaGammaLikelihood(spendings)
        let count = Double(spendings.count)
        let mean = spendings.reduce(0) { $0 + $1.mean / count }
        let first: [Double] =
            start.map { [$0.p, $0.q, $0.v] } ?? [3, 3, mean * 2 / 3]
        func slope(at point: [Double]) throws -> Minimizer.Slope {
            try interruption()
            return likelihood.slope(at: point)
        }
        let minimum = try Minimizer().minimize(from: first.map { log($0) }) { point in
            try slope(at: point).divided(by: count)
        }
        let values = minimum.point.map { exp($0) }
        guard minimum.steepness < 1e-6, minimum.value.isFinite, let model = GammaGamma(values)
        else { throw ModelError.noMaximum }
        let errors = try Minimizer.standardErrors(at: minimum.point, slope)
            .map { zip($0, values).map { $0 * $1 } }
        return GammaGammaFit(
            model: model,
            standardErrors: errors.flatMap { GammaGamma($0) },
            logLikelihood: -minimum.value * count,
            customers: spendings.count
        )
    }

    private init?(_ values: [Double]) {
        self.init(p: values[0], q: values[1], v: values[2])
    }

    /// In an order of their own, so that sums do not depend on how they were given.
    private static func checked(_ spendings: [Spending]) throws(ModelError) -> [Spending] {
        guard !spendings.isEmpty else { throw .empty }
        for (place, spending) in spendings.enumerated() {
            guard spending.frequency > 0, Double(spending.frequency) <= PurchaseHistory.limit,
                spending.mean > 0, spending.mean <= 1e15
            else { throw .badNumber(at: place) }
        }
        return spendings.sorted { ($0.frequency, $0.mean) < ($1.frequency, $1.mean) }
    }
}

/// The negative log-likelihood of means as a function of the parameters' logarithms.
///
/// The density of a mean is
///
///     Γ(p x + q) / (Γ(p x) Γ(q)) · v^q m^(p x - 1) x^(p x) / (v + x m)^(p x + q).
private struct GammaGammaLikelihood {
    /// In ascending order of frequency.
    let spendings: [Spending]

    init(_ spendings: [Spending]) {
        self.spendings = spendings
    }

    func slope(at point: [Double]) -> Minimizer.Slope {
        let values = point.map { exp($0) }
        let (p, q, v) = (values[0], values[1], values[2])
        var sum = 0.0
        var (dp, dq, dv) = (0.0, 0.0, 0.0)
        let logGammaOfQ = SpecialFunctions.logGamma(q)
        let psiOfQ = SpecialFunctions.digamma(q)
        // What depends on x alone is kept while x stays the same.
        var known = 0
        var (gammas, both, own) = (0.0, 0.0, 0.0)
        for spending in spendings {
            let x = Double(spending.frequency)
            let px = p * x
            if spending.frequency != known {
                known = spending.frequency
                gammas = SpecialFunctions.logGamma(px + q) - SpecialFunctions.logGamma(px)
                both = SpecialFunctions.digamma(px + q)
                own = SpecialFunctions.digamma(px)
            }
            let total = v + x * spending.mean
            // ln (v / total) and ln (x m / total).
            let rest = log(v / total)
            let part = log(x * spending.mean / total)
            sum += gammas - logGammaOfQ + q * rest + px * part - log(spending.mean)
            dp += x * (both - own + part)
            dq += both - psiOfQ + rest
            dv += q / v - (px + q) / total
        }
        return Minimizer.Slope(value: -sum, gradient: [-dp * p, -dq * q, -dv * v])
    }
}
