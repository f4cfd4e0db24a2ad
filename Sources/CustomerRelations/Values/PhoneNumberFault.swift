// SPDX-License-Identifier: Apache-2.0

/// Why a text is no phone number.
package enum PhoneNumberFault: Error, Hashable, Sendable {
    case noDigits
    case tooLong
    case unexpectedCharacter(Character)
    case malformedExtension
    case areaCodeMissing
    case notChinese
    case unknownCountryCode
    case notOfCountry(code: String)

    /// A sentence's end for the one who typed the number: "The number …".
    package var detail: String {
        switch self {
        case .noDigits:
            "has no digits"
        case .tooLong:
            "is longer than \(PhoneNumber.lengthLimit) characters"
        case .unexpectedCharacter(let character):
            "contains “\(character)” where none may stand"
        case .malformedExtension:
            "has an extension that is not one to eight digits, or is too short to have one"
        case .areaCodeMissing:
            "lacks its area code, as in 010-62345678"
        case .notChinese:
            "is no Chinese number: a mobile has 11 digits, a landline its area code and 7 or 8 "
                + "digits; a number of another country begins with + or 00 and the country code"
        case .unknownCountryCode:
            "begins with a country code that is not assigned"
        case .notOfCountry(let code):
            "is no number of country code \(code): it has too few or too many digits, or begins "
                + "with one that no number there begins with"
        }
    }
}
