// SPDX-License-Identifier: Apache-2.0

/// The encodings in which text files come in.
package enum TextEncoding: Sendable {
    case utf8
    case gb18030

    /// Reads the charset parameter of a Content-Type; nil for one that is not supported.
    ///
    /// GB2312 and GBK are subsets of GB18030, so their text is read as GB18030.
    package init?(charset: String) {
        switch charset.lowercased() {
        case "utf-8", "utf8", "us-ascii": self = .utf8
        case "gb18030", "gbk", "gb2312", "cp936", "x-gbk": self = .gb18030
        default: return nil
        }
    }
}
