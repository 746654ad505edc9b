/** Every message of RFC 5118 (IPv6) meets what its manifest expects. */
import { describeTorture } from "../4475/torture-suite.js";

describeTorture("5118", "rfc5118");
