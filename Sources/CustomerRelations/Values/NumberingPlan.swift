// SPDX-License-Identifier: Apache-2.0

/// Which country and which national number the digits of a phone number mean (ITU-T E.164, and
/// the numbering plan of China).
enum NumberingPlan {
    /// The most digits of a short number, the country code among them.
    static let shortLength = 8

    private static let china = "86"

    /// The E.164 digits of a number and, where dashes alone set it off, its extension.
    static func resolve(
        _ text: PhoneNumberText
    ) throws(PhoneNumberFault) -> (digits: String, dashed: String?) {
        do {
            return (try resolve(text.digits, hasPlus: text.hasPlus), nil)
        } catch {
            // 010-62345678-8001 is a landline with an extension.
            let main = text.digits.prefix(text.digitsBeforeDash)
            let tail = text.digits.dropFirst(text.digitsBeforeDash)
            guard main.utf8.count >= 10, (1...6).contains(tail.utf8.count),
                let digits = try? resolve(String(main), hasPlus: text.hasPlus),
                digits.hasPrefix(china), !isMobile(digits.dropFirst(china.count))
            else { throw error }
            return (digits, String(tail))
        }
    }

    /// What of a number's part stays the same however the number is typed: no prefix 00, no zero
    /// of a trunk call.
    static func significant(_ text: PhoneNumberText) -> String {
        let digits = text.digits.drop { $0 == "0" }
        guard !digits.isEmpty else { return text.digits }
        guard text.hasPlus || text.digits.hasPrefix("00"), let code = countryCode(of: digits) else {
            return String(digits)
        }
        return code + withoutTrunkZero(digits.dropFirst(code.count), code: code)
    }

    private static func resolve(
        _ digits: String,
        hasPlus: Bool
    ) throws(PhoneNumberFault) -> String {
        if digits.hasPrefix("00") { return try international(digits.dropFirst(2)) }
        if hasPlus { return try international(digits[...]) }
        // No number within China begins with 86 and is as long as one with the country code.
        if digits.hasPrefix(china), digits.utf8.count >= 12 {
            return try international(digits[...])
        }
        // Dialled through a carrier: 17951 13800138000, 12593 0 10 62345678.
        if digits.utf8.count >= 15, hasCarrierPrefix(digits) {
            return try resolve(String(digits.dropFirst(5)), hasPlus: false)
        }
        if let national = chinese(digits[...], hasCountryCode: false) { return china + national }
        let isLocal = (7...8).contains(digits.utf8.count) && !digits.hasPrefix("0")
        throw isLocal ? .areaCodeMissing : .notChinese
    }

    private static func international(
        _ digits: Substring
    ) throws(PhoneNumberFault) -> String {
        guard let code = countryCode(of: digits) else { throw .unknownCountryCode }
        let rest = digits.dropFirst(code.count)
        if code == china {
            guard let national = chinese(rest, hasCountryCode: true) else { throw .notChinese }
            return china + national
        }
        let national = withoutTrunkZero(rest, code: code)
        guard nationalLength(code).contains(national.utf8.count),
            !national.hasPrefix("0") || keepsZero.contains(code),
            code != "1" || isNANP(national)
        else { throw .notOfCountry(code: code) }
        return code + national
    }

    /// The national significant number, if the digits are a Chinese number.
    private static func chinese(_ digits: Substring, hasCountryCode: Bool) -> Substring? {
        let hasTrunkZero = digits.hasPrefix("0")
        let number = hasTrunkZero ? digits.dropFirst() : digits
        if isMobile(number) || isService(number) { return number }
        if hasTrunkZero || hasCountryCode, isLandline(number) { return number }
        // Emergency and service numbers, and the short numbers of company networks.
        let isShort = (3...6).contains(number.utf8.count) && !number.hasPrefix("0")
        return isShort && !hasTrunkZero ? number : nil
    }

    private static func isMobile(_ number: Substring) -> Bool {
        number.utf8.count == 11 && number.hasPrefix("1")
            && "3456789".contains(number.dropFirst().first ?? "0")
    }

    /// 400 and 800 numbers; 95 and 1010 numbers of eight digits (95105105, 10105757).
    private static func isService(_ number: Substring) -> Bool {
        switch number.utf8.count {
        case 10: number.hasPrefix("400") || number.hasPrefix("800")
        case 8: number.hasPrefix("95") || number.hasPrefix("1010")
        default: false
        }
    }

    /// An area code (10, 2x, otherwise three digits from 3 on) and seven or eight digits, or a
    /// service number of that area (12345, 962288).
    private static func isLandline(_ number: Substring) -> Bool {
        let areaLength: Int
        switch number.first {
        case "2": areaLength = 2
        case "1" where number.hasPrefix("10"): areaLength = 2
        case nil, "0", "1": return false
        default: areaLength = 3
        }
        let subscriber = number.dropFirst(areaLength)
        switch subscriber.utf8.count {
        case 7...8: return true
        case 5...6: return subscriber.hasPrefix("1") || subscriber.hasPrefix("9")
        default: return false
        }
    }

    /// The prefixes of carriers: 11xxx, 12xxx, 179xx and 10193.
    private static func hasCarrierPrefix(_ digits: String) -> Bool {
        ["11", "12", "179", "10193"].contains(where: digits.hasPrefix)
    }

    /// The North American plan: area code and exchange begin with 2 to 9.
    private static func isNANP(_ national: Substring) -> Bool {
        let exchange = national.dropFirst(3)
        return (national.first ?? "0") > "1" && (exchange.first ?? "0") > "1"
    }

    private static func nationalLength(_ code: String) -> ClosedRange<Int> {
        switch code {
        case "1", "7": 10...10
        // Hong Kong, its 800 numbers having nine; Macau; Taiwan.
        case "852": 8...9
        case "853": 8...8
        case "886": 8...9
        // E.164 allows 15 digits in all; no country has fewer than 7.
        default: max(7 - code.count, 4)...15 - code.count
        }
    }

    private static func withoutTrunkZero(_ national: Substring, code: String) -> Substring {
        national.hasPrefix("0") && !keepsZero.contains(code) ? national.dropFirst() : national
    }

    /// Codes behind which a zero is part of the number: Italy, San Marino, Vatican, Ivory Coast,
    /// Benin, Gabon, Congo, Norway, North America, and those of services instead of countries.
    private static let keepsZero: Set<String> = [
        "1", "39", "378", "379", "225", "229", "241", "242", "47",
        "800", "808", "870", "878", "881", "882", "883", "888", "979",
    ]

    /// The country code that the digits begin with; no code is the beginning of another.
    private static func countryCode(of digits: Substring) -> String? {
        for length in 1...3 {
            let code = String(digits.prefix(length))
            if codes.contains(code) { return code }
        }
        return nil
    }

    /// The codes of the List of ITU-T Recommendation E.164 assigned country codes.
    private static let codes = Set(
        """
        1 7 \
        20 211 212 213 216 218 220 221 222 223 224 225 226 227 228 229 \
        230 231 232 233 234 235 236 237 238 239 240 241 242 243 244 245 246 247 248 249 \
        250 251 252 253 254 255 256 257 258 260 261 262 263 264 265 266 267 268 269 \
        27 290 291 297 298 299 \
        30 31 32 33 34 350 351 352 353 354 355 356 357 358 359 36 \
        370 371 372 373 374 375 376 377 378 379 380 381 382 383 385 386 387 389 39 \
        40 41 420 421 423 43 44 45 46 47 48 49 \
        500 501 502 503 504 505 506 507 508 509 51 52 53 54 55 56 57 58 \
        590 591 592 593 594 595 596 597 598 599 \
        60 61 62 63 64 65 66 670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 \
        688 689 690 691 692 \
        800 808 81 82 84 850 852 853 855 856 86 870 878 880 881 882 883 886 888 \
        90 91 92 93 94 95 960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 \
        979 98 992 993 994 995 996 998
        """
        .split(separator: " ").map(String.init)
    )
}
