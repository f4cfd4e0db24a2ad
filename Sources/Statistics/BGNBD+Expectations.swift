// SPDX-License-Identifier: Apache-2.0
import Glibc

extension BGNBD {
    /// The probability that a customer with this history has not dropped out.
    ///
    /// 1 / (1 + a / (b + x - 1) · ((α + T) / (α + t_x))^(r + x)), and 1 for x = 0: in this model
    /// nobody drops out before the second purchase (Fader, Hardie and Lee, "Computing P(alive)
    /// Using the BG/NBD Model", 2008).
    package func probabilityAlive(_ history: PurchaseHistory) -> Double {
        guard history.frequency > 0 else { return 1 }
        let x = Double(history.frequency)
        let odds =
            log(a / (b + x - 1))
            + (r + x) * (log(alpha + history.age) - log(alpha + history.recency))
        return 1 / (1 + exp(odds))
    }

    /// E[X(t)]: the purchases that a customer makes in the weeks after the first (the paper's
    /// equation 9).
    package func expectedPurchases(within weeks: Double) -> Double {
        purchasesOfLiving(PurchaseHistory(frequency: 0, recency: 0, age: 0), within: weeks)
    }

    /// E[Y(t) | x, t_x, T]: the purchases that a customer with this history makes in the weeks to
    /// come (the paper's equation 10).
    package func expectedPurchases(
        _ history: PurchaseHistory,
        within weeks: Double
    ) -> Double {
        probabilityAlive(history) * purchasesOfLiving(history, within: weeks)
    }

    /// What a customer with this history is expected to buy if it has not dropped out; depends on
    /// x and T alone.
    package func purchasesOfLiving(_ history: PurchaseHistory, within weeks: Double) -> Double {
        // Given that the customer lives, λ has the gamma distribution (r + x, α + T) and p the
        // beta distribution (a, b + x).
        PurchasesToCome(
            rate: (shape: r + Double(history.frequency), scale: alpha + history.age),
            dropOut: (a: a, b: b + Double(history.frequency))
        )
        .expected(within: weeks)
    }
}

/// What a living customer buys, if the rate has a gamma and the drop-out a beta distribution.
///
/// The paper writes it with the Gauss hypergeometric function of z = t / (α + t),
///
///     (a + b - 1) / (a - 1) · (1 - (1 - z)^r ₂F₁(r, b; a + b - 1; z)),
///
/// which has no value at a = 1 and at a + b = 1, and whose series loses its digits beside them, for
/// many purchases, and for z near 1. Two other forms of the same number have neither fault.
struct PurchasesToCome {
    /// Of the gamma distribution of λ; the scale in weeks.
    let rate: (shape: Double, scale: Double)
    /// Of the beta distribution of p.
    let dropOut: (a: Double, b: Double)

    /// How many terms the series may have: as many as cost what the integral costs.
    private static let seriesLimit = 2_000.0

    func expected(within weeks: Double) -> Double {
        guard weeks > 0 else { return 0 }
        // Past its mean the negative binomial distribution falls like powers of z; 40 e-foldings.
        let terms = (rate.shape + 40) * (1 + weeks / rate.scale)
        let isShort = terms < Self.seriesLimit && rate.shape * log1p(weeks / rate.scale) < 600
        return isShort ? series(weeks) : integral(weeks)
    }

    /// Σ P(N > k) · E[(1 - p)^k] over k ≥ 0: the customer would buy more than k times, and stays
    /// after each of the first k purchases.
    ///
    /// By Euler's transformation of the hypergeometric function: N has the negative binomial
    /// distribution (r, z), and all terms are positive.
    func series(_ weeks: Double) -> Double {
        let z = weeks / (rate.scale + weeks)
        let (a, b) = dropOut
        var probability = exp(rate.shape * log1p(-z))
        // P(N > 0), exact where it is small.
        var more = -expm1(rate.shape * log1p(-z))
        var stay = 1.0
        var sum = more
        var k = 0.0
        // From there on the sum of what is left is at most `more / (1 - ratio)`.
        while true {
            probability *= z * (rate.shape + k) / (k + 1)
            more -= probability
            stay *= (b + k) / (a + b + k)
            k += 1
            guard more > 1e-17, k < Self.seriesLimit else { return sum }
            sum += more * stay
        }
    }

    /// ∫ (1 - (1 + p t / α)^-r) / p over the beta distribution of p.
    ///
    /// With s = ln(p / (1 - p)) the integrand is analytic in a strip about the whole line and falls
    /// exponentially at both ends, so that the error of the trapezoidal rule falls exponentially
    /// with the number of steps in the width of the peak (Trefethen and Weideman, "The Exponentially
    /// Convergent Trapezoidal Rule", SIAM Review 56, 2014). At the ends, where the integrand is an
    /// exponential function as far as numbers can tell, the sum is a geometric series.
    func integral(_ weeks: Double) -> Double {
        let (a, b) = dropOut
        let u = weeks / rate.scale
        // The peak of p^a (1 - p)^b, and how wide it is.
        let center = log(a) - log(b)
        let width = (1 / a + 1 / b).squareRoot()
        let step = min(0.25, width / 2)
        // As far as the integrand is above e^-40 of its peak, or not yet purely exponential.
        let bend = log1p((rate.shape + 1) * u)
        let reach = 40 + max(bend, log1p(a + b))
        let low = max(-reach, center - 12 * width - (80 + 2 * bend) / a)
        let high = min(reach, center + 12 * width + 80 / b)
        let count = max(1, ((high - low) / step).rounded(.up))
        let top = weight(center, above: 0)
        // With the sum of the weights as divisor no beta function is needed, which has few digits
        // left where a and b are large.
        var (sum, weights) = (0.0, 0.0)
        for place in 0...Int(count) {
            let s = low + Double(place) * step
            var share = exp(weight(s, above: top))
            if place == 0 { share /= -expm1(-a * step) }
            if place == Int(count) { share /= -expm1(-b * step) }
            let logP = Self.logistic(s)
            weights += share
            sum += share * -expm1(-rate.shape * log1p(exp(logP) * u)) * exp(-logP)
        }
        return sum / weights
    }

    /// The logarithm of p^a (1 - p)^b at s, less that of the peak.
    private func weight(_ s: Double, above top: Double) -> Double {
        dropOut.a * Self.logistic(s) + dropOut.b * Self.logistic(-s) - top
    }

    /// ln p, exact at both ends; ln (1 - p) is that of -s.
    private static func logistic(_ s: Double) -> Double {
        s < 0 ? s - log1p(exp(s)) : -log1p(exp(-s))
    }
}
