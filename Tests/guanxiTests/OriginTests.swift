// SPDX-License-Identifier: Apache-2.0
import Testing
import guanxi

@Suite struct OriginTests {
    @Test(arguments: [
        "https://crm.example.com", "http://localhost:5173", "https://192.0.2.1:8443",
        "http://[::1]:3000", "https://a_b.xn--fiqs8s", "http://a:443", "https://a:80",
        "https://a.", "https://a:65535",
    ])
    func `takes what browsers send`(_ text: String) {
        #expect(Origin(text)?.text == text)
    }

    @Test(arguments: [
        "https://a:443", "http://a:80", "https://a:65536", "https://a:99999", "https://a:0",
        "https://a:08443", "https://a:", "https://a:8x", "https://A", "HTTPS://a", "https://a/",
        "https://a/b", "https://a?b", "https://u@a", "https://a..b", "https://.a", "https://客户",
        "https://192.0.2.256", "https://a.1", "https://[::1", "https://[::x]", "https://", "a.b",
        "ftp://a", "*", "null", "", "https://a b", " https://a", "https://a\n",
    ])
    func `refuses what no browser sends`(_ text: String) {
        #expect(Origin(text) == nil)
    }
}
