// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Functions of positive arguments that the C library lacks, or has in a form with global state.
///
/// Both raise the argument to ten and more by the recurrence of the gamma function, Γ(x + 1) =
/// x Γ(x), and use Stirling's series there (Abramowitz and Stegun 6.1.41 and 6.3.18), whose first
/// term left out is below 1e-16 from ten on.
enum SpecialFunctions {
    private static let threshold = 10.0
    private static let halfLogOfTwoPi = 0.918_938_533_204_672_74

    /// The natural logarithm of the gamma function, ln Γ(x), of x > 0.
    static func logGamma(_ x: Double) -> Double {
        var x = x
        var product = 1.0
        while x < threshold {
            product *= x
            x += 1
        }
        let inverse = 1 / x
        let square = inverse * inverse
        let series =
            inverse
            * (1.0 / 12 - square
                * (1.0 / 360 - square
                    * (1.0 / 1_260 - square
                        * (1.0 / 1_680 - square
                            * (1.0 / 1_188 - square
                                * (691.0 / 360_360 - square * (1.0 / 156)))))))
        return (x - 0.5) * log(x) - x + halfLogOfTwoPi + series - log(product)
    }

    /// The derivative of ln Γ(x), the digamma function, of x > 0.
    static func digamma(_ x: Double) -> Double {
        var x = x
        var sum = 0.0
        while x < threshold {
            sum += 1 / x
            x += 1
        }
        let inverse = 1 / x
        let square = inverse * inverse
        let series =
            square
            * (1.0 / 12 - square
                * (1.0 / 120 - square
                    * (1.0 / 252 - square
                        * (1.0 / 240 - square
                            * (1.0 / 132 - square
                                * (691.0 / 32_760 - square * (1.0 / 12)))))))
        return log(x) - inverse / 2 - series - sum
    }
}
