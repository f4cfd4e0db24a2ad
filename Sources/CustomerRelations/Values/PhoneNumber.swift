// SPDX-License-Identifier: Apache-2.0

/// A phone number, kept as typed, as E.164 and as digits.
///
/// However a number is typed, its E.164 form is the same. A number without a country code is
/// Chinese. Chinese service numbers are written as they are dialled from abroad, also the short
/// ones: 95588 is +8695588.
package struct PhoneNumber: Hashable, Sendable {
    /// The longest text that is read, in bytes of UTF-8.
    package static let lengthLimit = 100

    /// The text as it came.
    package let typed: String

    /// The number with plus sign and country code, without the extension.
    package let e164: String

    /// What is dialled after the number has answered.
    package let `extension`: String?

    /// The E.164 form without the plus sign: what `searchDigits` is a part of.
    package var digits: String { String(e164.dropFirst()) }

    /// Reads a number; nil if it is none.
    package init?(_ typed: String) {
        guard case .success(let number) = Self.parse(typed) else { return nil }
        self = number
    }

    /// Reads a number, or says why it is none.
    package static func parse(_ typed: String) -> Result<PhoneNumber, PhoneNumberFault> {
        Result { () throws(PhoneNumberFault) in
            let text = try PhoneNumberText(typed)
            let (digits, dashed) = try NumberingPlan.resolve(text)
            let suffix = try text.extension ?? dashed
            if suffix != nil, digits.utf8.count <= NumberingPlan.shortLength {
                throw .malformedExtension
            }
            return PhoneNumber(typed: typed, e164: "+" + digits, extension: suffix)
        }
    }

    /// The digits to look for within `digits`, from a number typed in part or in full; nil if the
    /// text is nothing of a number.
    package static func searchDigits(_ query: String) -> String? {
        // A shorter number may also be the middle of a longer one.
        if case .success(let number) = parse(query), number.digits.utf8.count > 10 {
            return number.digits
        }
        guard let text = try? PhoneNumberText(query) else { return nil }
        return NumberingPlan.significant(text)
    }

    private init(typed: String, e164: String, extension: String?) {
        self.typed = typed
        self.e164 = e164
        self.extension = `extension`
    }
}
