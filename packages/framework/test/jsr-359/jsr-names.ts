const attributes = "getAttribute getAttributeNames getAttributeNameSet setAttribute removeAttribute clearAttributes";

/** The members of the types of `javax.servlet.sip` (JSR 289, JSR 359), their names once each; overloads share a name. */
const membersOfTypes = {
  // servlet, context
  SipServlet:
    "service doRequest doResponse doInvite doAck doBye doCancel doOptions doRegister doPrack doSubscribe doNotify doMessage " +
    "doInfo doUpdate doRefer doPublish doProvisionalResponse doSuccessResponse doRedirectResponse doErrorResponse " +
    "doBranchResponse log SIP_FACTORY TIMER_SERVICE SIP_SESSIONS_UTIL SUPPORTED SUPPORTED_RFCs PRACK_SUPPORTED " +
    "OUTBOUND_INTERFACES",
  SipServletContext: "getFlow getOutboundInterfaces",
  SipServletListener: "servletInitialized",
  SipServletContextEvent: "getSipServlet",
  // messages
  SipServletMessage:
    "getMethod getProtocol getCallId getFrom getTo getHeader getHeaders getHeaderList getHeaderNames getHeaderNameList " +
    "setHeader addHeader removeHeader getHeaderForm setHeaderForm getAddressHeader getAddressHeaders getAddressHeaderList " +
    "setAddressHeader addAddressHeader getParameterableHeader getParameterableHeaders getParameterableHeaderList " +
    "setParameterableHeader addParameterableHeader getExpires setExpires getAcceptLanguage getAcceptLanguages " +
    "getAcceptLanguageSet setAcceptLanguage addAcceptLanguage getContentLanguage setContentLanguage getContentType " +
    "setContentType getContentLength setContentLength getCharacterEncoding setCharacterEncoding getRawContent getContent " +
    `setContent ${attributes} getSession getApplicationSession getLocalAddr getLocalPort getRemoteAddr getRemotePort ` +
    "getTransport getInitialRemoteAddr getInitialRemotePort getInitialTransport isSecure isInternallyRouted " +
    "getLocalSipWebSocketContext getRemoteUser getUserPrincipal isUserInRole pushPath pushLocalPath " +
    "getSessionKeepAlivePreference isCommitted send",
  "SipServletMessage.HeaderForm": "COMPACT DEFAULT LONG",
  SipServletRequest:
    "getRequestURI setRequestURI isRequestUriInternal isInitial getId getMaxForwards setMaxForwards getMaxBreadth " +
    "setMaxBreadth pushRoute getPoppedRoute getInitialPoppedRoute createResponse createCancel createInviteBranch " +
    "getFinalResponse getAcknowledgedResponse getProxy getB2buaHelper getRegion getSubscriberURI getRoutingDirective " +
    "setRoutingDirective addAuthHeader getInputStream getReader getParameter getParameterNames getParameterValues " +
    "getParameterMap getServletContext isAsyncSupported startAsync getRequestDispatcher getRealPath getDispatcherType",
  SipServletResponse:
    "getStatus setStatus getReasonPhrase getRequest getProxy getProxyBranch isBranchResponse getInviteBranch createAck " +
    "createPrack sendReliably isReliableProvisional getProvisionalResponseId getChallengeRealms getChallengeRealmSet " +
    "getOutputStream getWriter",
  // errors
  Rel100Exception: "getReason getMessage NOT_1XX NOT_INVITE NO_REQ_SUPPORT NOT_SUPPORTED NOT_100rel",
  TooManyHopsException: "",
  ServletParseException: "",
  // sessions
  SipSession:
    "getId getCallId getLocalParty getRemoteParty getState getApplicationSession getServletContext getCreationTime " +
    `getLastAccessedTime getRegion getSubscriberURI createRequest setHandler ${attributes} isValid invalidate ` +
    "isReadyToInvalidate getInvalidateWhenReady setInvalidateWhenReady setOutboundInterface getActiveInvite " +
    "getActiveRequest getActiveRequests getActiveInviteBranch getUnacknowledgedProvisionalResponse " +
    "getUnacknowledgedProvisionalResponses getForkingContext getKeepAlive getFlow setFlow terminateDialog " +
    "terminateProxiedDialog",
  "SipSession.State": "INITIAL EARLY CONFIRMED TERMINATED",
  SipApplicationSession:
    "getId getApplicationName getCreationTime getLastAccessedTime getExpirationTime setExpires invalidate isValid " +
    "isReadyToInvalidate getInvalidateWhenReady setInvalidateWhenReady getSessions getSessionSet getSipSession getSession " +
    `getTimers getTimer encodeURI encodeURL ${attributes} addIndexKey removeIndexKey getIndexKeys getTaskFuture ` +
    "getTaskFutures",
  "SipApplicationSession.Protocol": "HTTP SIP",
  AttributeStore: attributes,
  ConvergedHttpSession: "getApplicationSession encodeURL",
  ForkingContext: `createRequest terminateDialogs getSipSessions ${attributes} isValid`,
  InviteBranch:
    "getSipSession getRequest createResponse getFinalResponse getUnacknowledgedProvisionalResponse " +
    "getUnacknowledgedProvisionalResponses",
  AutomaticProcessingListener: "outgoingRequest outgoingResponse incomingRequest incomingResponse",
  SessionKeepAlive:
    "setRefreshCallback setExpiryCallback getRefreshCallback getExpiryCallback getExpiration isRefresher",
  "SessionKeepAlive.Refresher": "UAC UAS",
  "SessionKeepAlive.Callback": "handle",
  "SessionKeepAlive.Preference":
    "getEnabled setEnabled getExpiration setExpiration getMinimumExpiration setMinimumExpiration getRefresher setRefresher",
  // flows, DNS, WebSocket
  Flow: "getToken getLocalURI getRemoteURI isActive",
  FlowListener: "flowFailed",
  DnsResolver: "resolveToSipURI resolveToSipURIs resolveToStrings toEnum resolvesInternally",
  SipWebSocketContext: "",
  // addresses
  Parameterable:
    "getValue setValue getParameter setParameter removeParameter getParameterNames getParameterNameSet getParameters clone " +
    "equals",
  Address:
    "getDisplayName setDisplayName getURI setURI isWildcard getQ setQ getExpires setExpires toString clone equals",
  URI:
    "getScheme isSipURI toString clone equals getParameter setParameter removeParameter getParameterNames " +
    "getParameterNameSet",
  SipURI:
    "getUser setUser getUserPassword setUserPassword getHost setHost getPort setPort isSecure setSecure getTransportParam " +
    "setTransportParam getMAddrParam setMAddrParam getMethodParam setMethodParam getTTLParam setTTLParam getUserParam " +
    "setUserParam getLrParam setLrParam getHeader setHeader removeHeader getHeaderNames getHeaderNameList equals",
  TelURL: "getPhoneNumber setPhoneNumber getPhoneContext isGlobal toString equals",
  // what can be injected
  SipFactory:
    "createURI createSipURI createAddress createParameterable createRequest createApplicationSession " +
    "createApplicationSessionByKey createAuthInfo",
  SipSessionsUtil:
    "getApplicationSessionById getApplicationSessionByKey getCorrespondingSipSession getSipApplicationSessionIds " +
    "getCurrentApplicationSession getManagedBean",
  AuthInfo: "addAuthInfo",
  TimerService: "createTimer",
  ServletTimer: "getId getApplicationSession getInfo cancel scheduledExecutionTime getTimeRemaining",
  TimerListener: "timeout",
  // proxy, B2BUA
  Proxy:
    "getOriginalRequest proxyTo createProxyBranches startProxy getProxyBranch getProxyBranches cancel getRecurse setRecurse " +
    "getRecordRoute setRecordRoute getParallel setParallel getStateful setStateful getSupervised setSupervised " +
    "getAddToPath setAddToPath getProxyTimeout setProxyTimeout getSequentialSearchTimeout setSequentialSearchTimeout " +
    "getNoCancel setNoCancel getRecordRouteURI getPathURI setOutboundInterface getFlow setFlow",
  ProxyBranch:
    "getProxy getRequest getResponse isStarted cancel getProxyBranchTimeout setProxyBranchTimeout getRecurse setRecurse " +
    "getRecordRoute setRecordRoute getAddToPath setAddToPath getRecordRouteURI getPathURI getRecursedProxyBranches " +
    "setOutboundInterface setFlow",
  B2buaHelper:
    "createRequest createResponseToOriginalRequest createCancel getLinkedSession getLinkedSipServletRequest " +
    "linkSipSessions unlinkSipSessions getPendingMessages",
  UAMode: "UAC UAS",
  // listeners and events
  SipApplicationSessionListener: "sessionCreated sessionDestroyed sessionExpired sessionReadyToInvalidate",
  SipApplicationSessionAttributeListener: "attributeAdded attributeRemoved attributeReplaced",
  SipApplicationSessionBindingListener: "valueBound valueUnbound",
  SipApplicationSessionActivationListener: "sessionWillPassivate sessionDidActivate",
  SipApplicationSessionEvent: "getApplicationSession",
  SipApplicationSessionBindingEvent: "getName",
  SipSessionListener: "sessionCreated sessionDestroyed sessionReadyToInvalidate",
  SipSessionAttributeListener: "attributeAdded attributeRemoved attributeReplaced",
  SipSessionBindingListener: "valueBound valueUnbound",
  SipSessionActivationListener: "sessionWillPassivate sessionDidActivate",
  SipSessionEvent: "getSession",
  SipSessionBindingEvent: "getSession getName",
  SipErrorListener: "noAckReceived noPrackReceived",
  SipErrorEvent: "getRequest getResponse",
  // method selection, concurrency
  Predicate: "apply",
  ConcurrencyMode: "VENDORSPECIFIC APPLICATIONSESSION",
  // javax.servlet.sip.ar
  SipApplicationRouter: "init destroy applicationDeployed applicationUndeployed getNextApplication",
  SipApplicationRouterProvider: "getSipApplicationRouter",
  SipApplicationRouterInfo:
    "getNextApplicationName getRoutingRegion getSubscriberURI getRoutes getRouteModifier getStateInfo",
  SipApplicationRoutingDirective: "NEW CONTINUE REVERSE",
  SipApplicationRoutingRegion: "getLabel getType toString ORIGINATING_REGION TERMINATING_REGION NEUTRAL_REGION",
  SipApplicationRoutingRegionType: "ORIGINATING TERMINATING NEUTRAL",
  SipRouteModifier: "ROUTE ROUTE_BACK NO_ROUTE",
  SipTargetedRequestInfo: "getType getApplicationName",
  SipTargetedRequestType: "ENCODED_URI JOIN REPLACES",
  // javax.servlet.sip.annotation
  "@SipServlet": "name applicationName description loadOnStartup",
  "@SipApplication":
    "name displayName description smallIcon largeIcon distributable mainServlet proxyTimeout sessionTimeout concurrencyMode",
  "@SipListener": "applicationName description",
  "@SipApplicationKey": "applicationName",
  "@SipMethod": "value",
  "@SipResponseCode": "value",
  "@SipResponseRange": "begin end",
  "@SipPredicate": "value",
  "@Invite": "",
  "@Ack": "",
  "@Bye": "",
  "@Cancel": "",
  "@Options": "",
  "@Register": "",
  "@Prack": "",
  "@Subscribe": "",
  "@Notify": "",
  "@Message": "",
  "@Info": "",
  "@Update": "",
  "@Refer": "",
  "@Publish": "",
  "@AnyMethod": "",
  "@ProvisionalResponse": "",
  "@SuccessResponse": "",
  "@RedirectResponse": "",
  "@ErrorResponse": "",
  "@BranchResponse": "",
  "@SipApplicationSessionScoped": "",
  "@SipInvocationScoped": "",
  // the managed objects, which the JSR has as names to look up
  ManagedSipExecutorService: "submit execute",
  ManagedScheduledSipExecutorService: "schedule scheduleAtFixedRate scheduleWithFixedDelay",
  SipContextService: "createContextualProxy",
  ManagedSipThreadFactory: "newThread",
} as const;

/** Every type of the JSR with its members. */
export const jsrTypes: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(membersOfTypes).map(([type, members]) => [type, members === "" ? [] : members.split(" ")]),
);

/** The constants `SC_…` of `SipServletResponse` by their status. */
export const statusConstants: Readonly<Record<number, string>> = {
  100: "TRYING",
  180: "RINGING",
  181: "CALL_BEING_FORWARDED",
  182: "CALL_QUEUED",
  183: "SESSION_PROGRESS",
  200: "OK",
  202: "ACCEPTED",
  300: "MULTIPLE_CHOICES",
  301: "MOVED_PERMANENTLY",
  302: "MOVED_TEMPORARILY",
  305: "USE_PROXY",
  380: "ALTERNATIVE_SERVICE",
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  402: "PAYMENT_REQUIRED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  406: "NOT_ACCEPTABLE",
  407: "PROXY_AUTHENTICATION_REQUIRED",
  408: "REQUEST_TIMEOUT",
  410: "GONE",
  412: "CONDITIONAL_REQUEST_FAILED",
  413: "REQUEST_ENTITY_TOO_LARGE",
  414: "REQUEST_URI_TOO_LONG",
  415: "UNSUPPORTED_MEDIA_TYPE",
  416: "UNSUPPORTED_URI_SCHEME",
  420: "BAD_EXTENSION",
  421: "EXTENSION_REQUIRED",
  422: "SESSION_INTERVAL_TOO_SMALL",
  423: "INTERVAL_TOO_BRIEF",
  428: "USE_IDENTITY_HEADER",
  429: "PROVIDE_REFERER_IDENTITY",
  436: "BAD_IDENTITY_INFO",
  437: "UNSUPPORTED_CERTIFICATE",
  438: "INVALID_IDENTITY_HEADER",
  440: "MAX_BREADTH_EXCEEDED",
  480: "TEMPORARLY_UNAVAILABLE",
  481: "CALL_LEG_DONE",
  482: "LOOP_DETECTED",
  483: "TOO_MANY_HOPS",
  484: "ADDRESS_INCOMPLETE",
  485: "AMBIGUOUS",
  486: "BUSY_HERE",
  487: "REQUEST_TERMINATED",
  488: "NOT_ACCEPTABLE_HERE",
  489: "BAD_EVENT",
  491: "REQUEST_PENDING",
  493: "UNDECIPHERABLE",
  494: "SECURITY_AGREEMENT_REQUIRED",
  500: "SERVER_INTERNAL_ERROR",
  501: "NOT_IMPLEMENTED",
  502: "BAD_GATEWAY",
  503: "SERVICE_UNAVAILABLE",
  504: "SERVER_TIMEOUT",
  505: "VERSION_NOT_SUPPORTED",
  513: "MESSAGE_TOO_LARGE",
  580: "PRECONDITION_FAILURE",
  600: "BUSY_EVERYWHERE",
  603: "DECLINE",
  604: "DOES_NOT_EXIT_ANYWHERE",
  606: "NOT_ACCEPTABLE_ANYWHERE",
};
